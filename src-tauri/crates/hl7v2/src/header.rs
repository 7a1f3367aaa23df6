//! The control id of a message (MSH-10).

use crate::text::{Delimiters, ENDS};
use std::ops::Range;

/// MSH-10 counted from MSH itself: the first delimiter is MSH-1.
const CONTROL_ID: usize = 9;

/// A byte order mark or blanks may stand before MSH.
const BEFORE: [char; 2] = ['\u{feff}', ' '];

/// Where MSH stands, and what it says of the delimiters.
pub(crate) fn header(message: &str) -> Option<(Range<usize>, Delimiters)> {
    let mut start = 0;
    for part in message.split_inclusive(ENDS) {
        let line = part.trim_end_matches(ENDS);
        let segment = line.trim_start_matches(BEFORE);
        if let Some(delimiters) = Delimiters::of(segment) {
            let end = start + line.len();
            return Some((end - segment.len()..end, delimiters));
        }
        start += part.len();
    }
    None
}

/// MSH-10 as it stands there.
pub fn control_id(message: &str) -> Option<&str> {
    let (place, delimiters) = header(message)?;
    message[place].split(delimiters.field).nth(CONTROL_ID).filter(|id| !id.is_empty())
}

/// Every field that has a value, in order, each once: `PID-3`, `FT1-7`.
pub fn fields(message: &str) -> Vec<String> {
    let Some((_, delimiters)) = header(message) else { return Vec::new() };
    let mut all: Vec<String> = Vec::new();
    for segment in message.split(ENDS) {
        let mut parts = segment.split(delimiters.field);
        let name = parts.next().unwrap_or_default();
        // MSH-1 is the delimiter itself.
        let first = if name == "MSH" { 2 } else { 1 };
        for (number, _) in (first..).zip(parts).filter(|(_, value)| !value.is_empty()) {
            let field = format!("{name}-{number}");
            if !all.contains(&field) {
                all.push(field);
            }
        }
    }
    all
}

/// The same message under another control id; everything else stays to the letter. `None` when there is no MSH.
/// The standard allows 20 characters.
pub fn with_control_id(message: &str, control_id: &str) -> Option<String> {
    let (place, delimiters) = header(message)?;
    let escaped = delimiters.escaped(control_id);
    let mut fields: Vec<&str> = message[place.clone()].split(delimiters.field).collect();
    if fields.len() <= CONTROL_ID {
        fields.resize(CONTROL_ID + 1, "");
    }
    fields[CONTROL_ID] = &escaped;
    let segment = fields.join(delimiters.field.encode_utf8(&mut [0; 4]));
    Some([&message[..place.start], &segment, &message[place.end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MESSAGE: &str = "MSH|^~\\&|A|B|C|D|20260102||DFT^P03^DFT_P03|ONE|P|2.5.1\rEVN|P03|20260102\r";

    #[test]
    fn another_control_id_changes_nothing_else() {
        let other = with_control_id(MESSAGE, "TWO").unwrap();
        assert_eq!(control_id(&other), Some("TWO"));
        assert_eq!(other, MESSAGE.replace("ONE", "TWO"));
        assert_eq!(with_control_id(&other, "ONE").as_deref(), Some(MESSAGE));
    }

    #[test]
    fn a_control_id_is_escaped_as_the_message_has_it() {
        let message = "\u{b}MSH*^~!&*A\r\u{1c}\r";
        let other = with_control_id(message, "a*b|c").unwrap();
        assert_eq!(other, "\u{b}MSH*^~!&*A*******a!F!b|c\r\u{1c}\r");
        assert_eq!(control_id(&other), Some("a!F!b|c"));
    }

    #[test]
    fn without_msh_there_is_no_control_id() {
        for message in ["", "MSH", "PID|1\r", "xMSH|^~\\&|"] {
            assert_eq!(control_id(message), None);
            assert_eq!(with_control_id(message, "1"), None);
        }
        assert_eq!(control_id("MSH|^~\\&|A\r"), None);
        assert_eq!(control_id("MSH|^~\\&|||||||||P\r"), None, "empty");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(message in any::<String>(), id in any::<String>()) {
            let with_header = format!("MSH|^~\\&|{message}");
            for message in [&message, &with_header, &format!("MSH{message}")] {
                control_id(message);
                let other = with_control_id(message, &id);
                prop_assert_eq!(other.is_some(), header(message).is_some());
            }
        }
    }
}
