//! What a receiver answers: MSA and ERR, in the versions and delimiters that are about.

use crate::header::header;
use crate::text::{Delimiters, ENDS};

/// No acknowledgement is read further, in bytes.
const LONGEST: usize = 64 * 1024;
/// What it says is no longer, in characters.
const LONGEST_WORDS: usize = 1000;

/// MSA-1, in the original and in the enhanced mode (table 0008).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// AA.
    Accepted,
    /// CA: it is kept there, and not yet judged (HL7 v2.5.1 §2.9.3, the first answer of the enhanced mode).
    Received,
    /// AE, CE: the message, or what it asks for, is wrong.
    Error,
    /// AR, CR: not taken, for a reason that may pass, or since it is not taken here at all.
    Rejected,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    pub answer: Answer,
    /// The control id of the message that it is about (MSA-2).
    pub of: String,
    /// In the receiver's words, which may hold PHI: ERR-8 (for users) or ERR-7, else MSA-3, else the text of a
    /// code (ERR-5, ERR-3). One line for each ERR.
    pub says: Option<String>,
}

/// Reads the first message in `text`, whatever ends its segments, framed or not. `None` if that is no acknowledgement.
pub fn acknowledgement(text: &str) -> Option<Acknowledgement> {
    let text = &text[..(0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end))?];
    let (place, delimiters) = header(text)?;
    let segments = text[place.end..].split(ENDS).take_while(|segment| !segment.starts_with("MSH"));
    let segments: Vec<Vec<&str>> = segments.map(|s| s.split(delimiters.field).collect()).collect();
    let named = |name: &'static str| segments.iter().filter(move |fields| fields.first() == Some(&name));

    let msa = named("MSA").next()?;
    let answer = match msa.get(1)?.trim().to_ascii_uppercase().as_str() {
        "AA" => Answer::Accepted,
        "CA" => Answer::Received,
        "AE" | "CE" => Answer::Error,
        "AR" | "CR" => Answer::Rejected,
        _ => return None,
    };
    let of = delimiters.plain(msa.get(2).copied().unwrap_or_default().trim());
    let each = |field: usize, component: Option<usize>| -> Vec<String> {
        named("ERR").filter_map(|fields| words(fields.get(field)?, component, delimiters)).collect()
    };
    let of_message = msa.get(3).and_then(|field| words(field, None, delimiters)).into_iter().collect();
    let says = [each(8, None), each(7, None), of_message, each(5, Some(1)), each(3, Some(1))];
    let says = says.into_iter().find(|said| !said.is_empty());
    let says = says.map(|said| said.join("\n").chars().take(LONGEST_WORDS).collect());
    Some(Acknowledgement { answer, of, says })
}

/// A field, or one component of it, as a person may read it.
fn words(field: &str, component: Option<usize>, delimiters: Delimiters) -> Option<String> {
    let part = match component {
        Some(place) => field.split(delimiters.component).nth(place)?,
        None => field,
    };
    let text: String =
        delimiters.plain(part).chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let text = text.trim();
    (!text.is_empty() && text != "\"\"").then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = "MSH|^~\\&|BILLING||CHARTSIDE||20260305||ACK^P03^ACK|9|P|2.5.1";

    fn read(segments: &[&str]) -> Option<(Answer, String, Option<String>)> {
        let text = [&[HEADER], segments].concat().join("\r");
        acknowledgement(&text).map(|ack| (ack.answer, ack.of, ack.says))
    }

    fn said(segments: &[&str]) -> Option<String> {
        read(segments).unwrap().2
    }

    #[test]
    fn both_modes_say_yes_wrong_and_no() {
        for (code, answer) in [
            ("AA", Answer::Accepted),
            ("CA", Answer::Received),
            ("AE", Answer::Error),
            ("CE", Answer::Error),
            ("AR", Answer::Rejected),
            (" cr ", Answer::Rejected),
        ] {
            assert_eq!(read(&[&format!("MSA|{code}|ID-1")]), Some((answer, "ID-1".to_owned(), None)));
        }
    }

    #[test]
    fn what_users_should_read_comes_first() {
        let msa = r"MSA|AE|1| No charge \T\ no visit ";
        let full =
            r"ERR||PID^1^5|101^Required field missing^HL70357|E|X1^Name?^L||trace|Name \.br\is missing";
        let technical = "ERR|||207^Application internal error^HL70357|E|||at line 7";
        assert_eq!(said(&[msa, full, technical]).as_deref(), Some("Name \nis missing"));
        assert_eq!(said(&[msa, technical]).as_deref(), Some("at line 7"));
        assert_eq!(said(&[msa, "ERR|||101^Missing^HL70357|E"]).as_deref(), Some("No charge & no visit"));
        assert_eq!(said(&["MSA|AE|1|\"\"", "ERR|||101^Missing|E|X1^Name?^L"]).as_deref(), Some("Name?"));
        let two = ["MSA|AE|1", "ERR|||101^Missing^HL70357|E", "ERR|||103^No such code|E"];
        assert_eq!(said(&two).as_deref(), Some("Missing\nNo such code"));
        assert_eq!(said(&["MSA|AE|1", "ERR|||207"]), None);
    }

    #[test]
    fn segments_may_end_and_messages_be_framed_as_they_like() {
        let segments = [HEADER, "MSA|AA|ID-1|Thanks", "ZZZ|1"];
        for (open, end, close) in
            [("", "\r", "\r"), ("", "\n", ""), ("\u{feff} ", "\r\n", "\r\n"), ("\u{b}", "\r", "\r\u{1c}\r")]
        {
            let text = format!("{open}{}{close}", segments.join(end));
            let ack = acknowledgement(&text).unwrap();
            assert_eq!((ack.of.as_str(), ack.says.as_deref()), ("ID-1", Some("Thanks")), "{text:?}");
        }
    }

    #[test]
    fn an_acknowledgement_may_have_its_own_delimiters() {
        let ack = acknowledgement("MSH#*+!%#A#B\rMSA#AR#a!F!b#Take 5 \\ 6 ^ 7 !S! 8|9\r").unwrap();
        assert_eq!((ack.answer, ack.of.as_str()), (Answer::Rejected, "a#b"));
        assert_eq!(ack.says.as_deref(), Some(r"Take 5 \ 6 ^ 7 * 8|9"));
    }

    #[test]
    fn only_the_first_message_counts() {
        let second = format!("{HEADER}\rMSA|AA|2\r");
        assert_eq!(read(&["MSA|AE|1", &second]).unwrap().1, "1");
        assert_eq!(read(&["EVN|P03", &second]), None);
    }

    #[test]
    fn what_is_no_acknowledgement_is_none() {
        for text in ["", "MSH", "OK", "HTTP/1.1 200 OK\r\n\r\n", "MSA|AA|1\r", HEADER] {
            assert!(acknowledgement(text).is_none(), "{text}");
        }
        for segment in ["MSA", "MSA|", "MSA|XX|1", "MSAX|AA|1", " MSA|AA|1"] {
            assert_eq!(read(&[segment]), None, "{segment}");
        }
        assert_eq!(read(&["MSA|AA"]), Some((Answer::Accepted, String::new(), None)));
    }

    #[test]
    fn long_answers_are_cut() {
        let long = "é".repeat(LONGEST);
        assert_eq!(said(&[&format!("MSA|AE|1|{long}")]).unwrap().chars().count(), LONGEST_WORDS);
        assert_eq!(read(&[&long, "MSA|AE|1"]), None, "so far nobody reads");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let text = String::from_utf8_lossy(&bytes);
            acknowledgement(&text);
            acknowledgement(&format!("MSH{text}\rMSA{text}"));
            acknowledgement(&format!("{HEADER}\rMSA|AE|{text}\rERR|{text}"));
        }

        #[test]
        fn nothing_that_looks_like_one_makes_it_panic(text in r"(MSH|MSA|ERR|AA|AE|[|^~\\&#.XFE0-9é\r\n\x0b\x1c]){0,80}") {
            if let Some(ack) = acknowledgement(&format!("MSH|^~\\&|{text}\rMSA|AE|{text}")) {
                let says = ack.says.unwrap_or_default();
                prop_assert!(says.chars().count() <= LONGEST_WORDS && says.chars().all(|c| c == '\n' || !c.is_control()));
            }
        }
    }
}
