//! Unguessable names: tokens, codes, launch ids, cookies.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 192 random bits in URL-safe text.
pub fn secret() -> String {
    let mut bytes = [0_u8; 24];
    // A machine without randomness is no place to run tests: an all-zero name
    // would make the very next lookup collide and fail loudly.
    let _ = getrandom::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A random version 4 UUID.
pub fn uuid() -> String {
    let mut b = [0_u8; 16];
    let _ = getrandom::fill(&mut b);
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    let hex = b.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    format!("{}-{}-{}-{}-{}", &hex[0..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}
