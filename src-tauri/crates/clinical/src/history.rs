//! The history of a section: what is one version, and which ones go when there are too many.

use jiff::{SignedDuration, Timestamp};

/// Nothing was saved for this long: what comes then is another thought, and another version.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// Nobody types longer than this into one version.
pub const LONGEST: SignedDuration = SignedDuration::from_secs(30);
/// An edit that takes away more than this, in bytes, leaves what was there before as a version.
pub const TAKEN_AWAY: usize = 40;
/// Most versions of one section.
pub const MAX_VERSIONS: usize = 120;
/// Most bytes of all versions of one section together.
pub const MAX_BYTES: usize = 8_000_000;
/// The newest ones are never thinned.
pub const RECENT: usize = 20;

/// The newest version, when an edit of it comes in.
#[derive(Debug, Clone, Copy)]
pub struct Head<'t> {
    pub begun: Timestamp,
    pub saved: Timestamp,
    pub text: &'t str,
}

impl Head<'_> {
    /// True when `text` begins a version of its own and leaves this one as it is.
    pub fn ends_before(&self, text: &str, at: Timestamp) -> bool {
        // A clock that went back says nothing about pauses.
        at < self.saved
            || at.duration_since(self.saved) >= PAUSE
            || at.duration_since(self.begun) >= LONGEST
            || taken_away(self.text, text) > TAKEN_AWAY
    }
}

/// How many bytes of `before` are not in `after`, when one stretch of it was changed.
fn taken_away(before: &str, after: &str) -> usize {
    let (start, end) = common(before, after);
    before.len() - start - end
}

/// Bytes that two texts share at their beginning and at their end, on character boundaries.
pub fn common(a: &str, b: &str) -> (usize, usize) {
    let mut start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    while !a.is_char_boundary(start) || !b.is_char_boundary(start) {
        start -= 1;
    }
    let most = a.len().min(b.len()) - start;
    let mut end = a.bytes().rev().zip(b.bytes().rev()).take(most).take_while(|(x, y)| x == y).count();
    while !a.is_char_boundary(a.len() - end) || !b.is_char_boundary(b.len() - end) {
        end -= 1;
    }
    (start, end)
}

/// A version, for thinning.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub saved: Timestamp,
    pub bytes: usize,
}

/// Which version goes next, oldest first: of the older ones the one whose neighbours are nearest to each
/// other, so that what is left spreads over the whole time. The first goes last. `None` when there are not
/// too many.
pub fn to_thin(versions: &[Size]) -> Option<usize> {
    let bytes: usize = versions.iter().map(|v| v.bytes).sum();
    if versions.len() <= RECENT || (versions.len() <= MAX_VERSIONS && bytes <= MAX_BYTES) {
        return None;
    }
    let older = versions.len() - RECENT;
    let between = |i: &usize| match versions.get(*i - 1..*i + 2) {
        Some([before, _, after]) => after.saved.duration_since(before.saved),
        _ => SignedDuration::MAX,
    };
    (1..older).min_by_key(between).or(Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn begins(text: &str, after: i64) -> bool {
        Head { begun: at(0), saved: at(20), text: "The patient feels better and sleeps well now." }
            .ends_before(text, at(20 + after))
    }

    #[test]
    fn a_version_is_a_thought_and_not_a_keystroke() {
        let more = "The patient feels better and sleeps well now. Really.";
        assert!(!begins(more, 1));
        assert!(begins(more, 5), "after a pause");
        assert!(begins(more, 10), "after half a minute of typing");
        assert!(begins(more, -60), "when the clock went back");
    }

    #[test]
    fn what_was_selected_and_typed_over_is_a_version() {
        assert!(begins("x", 1));
        assert!(!begins("The patient feels better and sleeps well.", 1), "a few letters are not");
    }

    #[test]
    fn the_history_keeps_the_newest_and_thins_the_dense_past() {
        let mut versions: Vec<Size> = Vec::new();
        for n in 0..1_000 {
            // An hour of writing each day.
            versions.push(Size { saved: at((n / 100) * 86_400 + (n % 100) * 36), bytes: 2_000 });
            while let Some(gone) = to_thin(&versions) {
                assert!(gone < versions.len() - RECENT);
                versions.remove(gone);
            }
        }
        assert_eq!(versions.len(), MAX_VERSIONS);
        for day in 0..10 {
            let left = |v: &&Size| v.saved >= at(day * 86_400) && v.saved < at((day + 1) * 86_400);
            assert!(versions.iter().filter(left).count() >= 2, "nothing is left of day {day}");
        }
    }

    #[test]
    fn a_long_section_keeps_fewer_versions_but_always_the_newest() {
        let mut versions = vec![Size { saved: at(0), bytes: 1_000_000 }; 60];
        while let Some(gone) = to_thin(&versions) {
            versions.remove(gone);
        }
        assert_eq!(versions.len(), RECENT);
    }

    proptest! {
        #[test]
        fn two_texts_share_their_ends_on_whole_characters(a in "[aé漢👩]{0,12}", b in "[aé漢👩]{0,12}") {
            let (start, end) = common(&a, &b);
            prop_assert_eq!(&a[..start], &b[..start]);
            prop_assert_eq!(&a[a.len() - end..], &b[b.len() - end..]);
            prop_assert!(start + end <= a.len().min(b.len()));
        }
    }
}
