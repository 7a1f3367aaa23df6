//! Which font draws what: Inter, which comes with the program, then the computer's own.

use crate::PdfError;
use fontdb::{Database, FaceInfo, Source, Style, Weight};
use harfrust::ShaperData;
use krilla::text::Font;
use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider, Tag};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
const BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The fonts that a PDF may be set in. Making the list reads the head of every font file, so keep it.
pub struct Fonts {
    system: Database,
}

impl Fonts {
    /// Those of the operating system, after Inter.
    pub fn of_this_computer() -> Self {
        let mut system = Database::new();
        system.load_system_fonts();
        Self { system }
    }

    /// Inter alone: Latin, Greek and Cyrillic.
    pub fn base_only() -> Self {
        Self { system: Database::new() }
    }

    /// What draws these characters.
    pub(crate) fn for_text(&self, texts: &[&str]) -> Result<Palette, PdfError> {
        let base = |bytes: &'static [u8]| Face::new(Arc::new(bytes), 0).ok_or(PdfError::BaseFont);
        let mut palette = Palette { faces: vec![base(REGULAR)?, base(BOLD)?] };
        let all: BTreeSet<char> = texts.iter().flat_map(|text| text.chars()).collect();
        let mut wanted: Vec<char> =
            all.into_iter().filter(|c| is_to_be_seen(*c) && !palette.faces[0].has(*c)).collect();
        if wanted.is_empty() {
            return Ok(palette);
        }
        // Each face with which of the wanted it has: one look at every file.
        let mut offers: Vec<(&FaceInfo, Vec<char>)> = self
            .system
            .faces()
            .filter(|face| face.style == Style::Normal && (300..=500).contains(&face.weight.0))
            .filter_map(|face| {
                let has = |data: &[u8], index| covered(data, index, &wanted);
                let has = self.system.with_face_data(face.id, has).flatten()?;
                (!has.is_empty()).then_some((face, has))
            })
            .collect();
        // The face that has the most, then the one that has the most of the rest.
        while let Some(at) = (0..offers.len()).max_by_key(|at| rank(&offers[*at])) {
            let (info, has) = offers.swap_remove(at);
            if has.is_empty() {
                break;
            }
            if let Some(face) = self.read(info) {
                palette.faces.push(face);
                wanted.retain(|c| !has.contains(c));
                for (_, other) in &mut offers {
                    other.retain(|c| !has.contains(c));
                }
            }
            if wanted.is_empty() {
                break;
            }
        }
        Ok(palette)
    }

    fn read(&self, info: &FaceInfo) -> Option<Face> {
        let bytes: Bytes = match self.system.face_source(info.id)?.0 {
            Source::Binary(bytes) | Source::SharedFile(_, bytes) => bytes,
            Source::File(path) => Arc::new(std::fs::read(path).ok()?),
        };
        Face::new(bytes, info.index)
    }
}

/// More of what is wanted, then plainer: sans before serif, no typewriter, regular weight; then by name, so that
/// the same computer makes the same file.
fn rank((info, has): &(&FaceInfo, Vec<char>)) -> (usize, bool, bool, Reverse<u16>, Reverse<String>) {
    let name = info.families.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let weight = info.weight.0.abs_diff(Weight::NORMAL.0);
    (has.len(), !name.contains("Serif"), !info.monospaced, Reverse(weight), Reverse(name))
}

/// Which of these characters the face can draw, when it may be embedded at all.
fn covered(data: &[u8], index: u32, wanted: &[char]) -> Option<Vec<char>> {
    let font = FontRef::from_index(data, index).ok()?;
    let name = font.localized_strings(skrifa::string::StringId::FAMILY_NAME).english_or_first();
    let name: String = name.map(|n| n.chars().collect()).unwrap_or_default();
    // Draws boxes with numbers for everything.
    if name.contains("LastResort") || name.contains("Last Resort") {
        return None;
    }
    // OS/2 fsType: "restricted licence", "no subsetting", "bitmaps only".
    let rights = font.os2().map_or(0, |os2| os2.fs_type());
    if rights & 0xf == 0x2 || rights & 0x300 != 0 {
        return None;
    }
    let drawn = [b"glyf", b"CFF ", b"CFF2", b"COLR", b"CBDT", b"sbix"];
    drawn.iter().any(|tag| font.data_for_tag(Tag::new(tag)).is_some()).then_some(())?;
    let map = font.charmap();
    Some(wanted.iter().copied().filter(|c| map.map(*c).is_some()).collect())
}

/// One font file's face, ready to shape and to embed.
pub(crate) struct Face {
    data: Bytes,
    index: u32,
    pub embedded: Font,
    pub shaper: ShaperData,
    pub units_per_em: f32,
}

impl Face {
    fn new(data: Bytes, index: u32) -> Option<Self> {
        let embedded = Font::new(Arc::clone(&data).into(), index)?;
        let font = FontRef::from_index((*data).as_ref(), index).ok()?;
        let shaper = ShaperData::new(&font);
        let units_per_em = embedded.units_per_em();
        Some(Self { data, index, embedded, shaper, units_per_em })
    }

    /// `None` cannot happen: it was read before.
    pub fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index((*self.data).as_ref(), self.index).ok()
    }

    pub fn has(&self, c: char) -> bool {
        self.font().is_some_and(|font| font.charmap().map(c).is_some())
    }
}

/// The faces of one document: Inter regular and semibold, then what else it needs, in order.
pub(crate) struct Palette {
    pub faces: Vec<Face>,
}

/// A font is looked for. A private character means something else in every font that has it.
fn is_to_be_seen(c: char) -> bool {
    !is_invisible(c) && !is_private(c)
}

/// Unicode leaves its meaning to whoever uses it.
pub(crate) fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// Has no shape of its own (Unicode `Default_Ignorable_Code_Point`, white space).
pub(crate) fn is_invisible(c: char) -> bool {
    // The blank of Ogham is a line.
    (c.is_whitespace() && c != '\u{1680}')
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
