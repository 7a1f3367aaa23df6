//! Documents that are no text: pictures and PDF, told by what their bytes are and not by what they are
//! called, and small enough that drawing them cannot take the machine down.

use imagesize::ImageType;

/// Largest picture, in bytes.
pub const MAX_IMAGE: usize = 10 * 1024 * 1024;
/// Largest PDF, in bytes.
pub const MAX_PDF: usize = 15 * 1024 * 1024;
/// Most pixels of a picture: drawn, each takes four bytes, however small the file is.
pub const MAX_PIXELS: usize = 40_000_000;
/// Where a PDF begins at the latest (ISO 32000-1, annex H.3.4.1).
const PDF_BEGINS: usize = 1024;

/// What a window can draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawable {
    /// With its media type.
    Image(&'static str),
    Pdf,
}

/// What these bytes are; else why they are not drawn, in words.
pub fn drawable(bytes: &[u8]) -> Result<Drawable, &'static str> {
    const TOO_LARGE: &str = "This document is too large to be shown here. Open it in the EHR.";
    const UNKNOWN: &str = "This document is of a kind that is not shown here. Open it in the EHR.";
    let head = bytes.get(..PDF_BEGINS).unwrap_or(bytes);
    if head.windows(5).any(|w| w == b"%PDF-") {
        return if bytes.len() > MAX_PDF { Err(TOO_LARGE) } else { Ok(Drawable::Pdf) };
    }
    let media_type = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => "image/png",
        Ok(ImageType::Jpeg) => "image/jpeg",
        Ok(ImageType::Gif) => "image/gif",
        Ok(ImageType::Webp) => "image/webp",
        _ => return Err(UNKNOWN),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| UNKNOWN)?;
    let pixels = size.width.checked_mul(size.height);
    if bytes.len() > MAX_IMAGE || pixels.is_none_or(|p| p > MAX_PIXELS) {
        return Err(TOO_LARGE);
    }
    Ok(Drawable::Image(media_type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The head of a PNG of this size; no more of it is looked at.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_kind_is_told_by_the_bytes() {
        assert_eq!(drawable(&png(640, 480)), Ok(Drawable::Image("image/png")));
        assert_eq!(drawable(b"\n%PDF-1.7\n"), Ok(Drawable::Pdf));
        let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>";
        assert!(drawable(script).is_err() && drawable(b"").is_err());
    }

    #[test]
    fn a_small_file_of_a_huge_picture_is_not_drawn() {
        assert!(drawable(&png(6000, 6000)).is_ok());
        assert!(drawable(&png(60_000, 60_000)).is_err() && drawable(&png(u32::MAX, u32::MAX)).is_err());
    }

    #[test]
    fn what_is_too_large_is_said_to_be() {
        let mut pdf = b"%PDF-1.4".to_vec();
        pdf.resize(MAX_PDF + 1, b' ');
        assert!(drawable(&pdf).is_err_and(|words| words.contains("too large")));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in 0..6_usize) {
            let heads: [&[u8]; 6] =
                [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"%PDF-"];
            let _ = drawable(&[heads[head], &bytes].concat());
        }
    }
}
