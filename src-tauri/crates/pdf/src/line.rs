//! Text into lines: which way it runs (UAX 9), which font draws it, where a line may end (UAX 14).

use crate::fonts::{Palette, is_invisible, is_private};
use harfrust::{Direction, Feature, ShapeOptions, Tag, UnicodeBuffer};
use krilla::text::{GlyphId, KrillaGlyph};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;
use unicode_bidi::{BidiInfo, Level};
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

/// Stands where no font has a shape.
const PLACEHOLDER: &str = "\u{25a1}";
/// Columns of tabs, in ems.
const TAB: f32 = 3.0;

/// How text is set.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub size: f32,
    pub bold: bool,
    pub width: f32,
}

/// One line, ready to be drawn from its left edge.
pub(crate) struct Line {
    /// What the ranges of the glyphs are places in.
    pub text: Arc<str>,
    pub size: f32,
    /// How far from the left: lines of right-to-left text end at the right edge.
    pub left: f32,
    pub width: f32,
    pub runs: Vec<Run>,
}

/// Glyphs of one face.
pub(crate) struct Run {
    pub face: usize,
    pub x: f32,
    pub glyphs: Vec<KrillaGlyph>,
}

/// What belongs together when lines are cut and turned; advances in ems.
struct Cluster {
    text: Range<usize>,
    face: usize,
    advance: f32,
    glyphs: Vec<KrillaGlyph>,
}

/// Sets text with the faces of one document, and remembers what none of them has.
pub(crate) struct Setter<'p> {
    palette: &'p Palette,
    /// For each grapheme whether a face has it, and which.
    known: HashMap<String, Option<usize>>,
    pub unseen: BTreeSet<String>,
    buffer: Option<UnicodeBuffer>,
}

impl<'p> Setter<'p> {
    pub fn new(palette: &'p Palette) -> Self {
        Self { palette, known: HashMap::new(), unseen: BTreeSet::new(), buffer: None }
    }

    /// Sets one paragraph: no line feeds in it.
    pub fn lines(&mut self, text: &str, setting: Setting) -> Vec<Line> {
        let text: Arc<str> = text.replace('\u{feff}', "").into();
        let bidi = BidiInfo::new(&text, None);
        let Some(paragraph) = bidi.paragraphs.first() else {
            return vec![Line { text, size: setting.size, left: 0.0, width: 0.0, runs: Vec::new() }];
        };
        let clusters = self.clusters(&text, &bidi, setting.bold);
        let right_to_left = paragraph.level.is_rtl();
        cut(&text, &clusters, setting)
            .into_iter()
            .map(|range| {
                let mut line = Line {
                    text: Arc::clone(&text),
                    size: setting.size,
                    left: 0.0,
                    width: 0.0,
                    runs: Vec::new(),
                };
                let inside = &clusters[range];
                for place in order(inside, &text, &bidi.levels, paragraph.level) {
                    line.push(&inside[place]);
                }
                if right_to_left {
                    line.left = (setting.width - line.width).max(0.0);
                }
                line
            })
            .collect()
    }

    /// Shapes the text, in the order in which it is written.
    fn clusters(&mut self, text: &str, bidi: &BidiInfo<'_>, bold: bool) -> Vec<Cluster> {
        let mut all = Vec::new();
        let mut item: Option<(usize, u8, Script, Range<usize>)> = None;
        for (at, grapheme) in text.grapheme_indices(true) {
            let before = item.as_ref().map(|(face, ..)| *face);
            let face = self.face(grapheme, before, bold);
            let level = bidi.levels[at].number();
            let script = script_of(grapheme);
            let end = at + grapheme.len();
            let tab = grapheme == "\t";
            match &mut item {
                Some((f, l, s, range))
                    if face == Some(*f)
                        && *l == level
                        && !tab
                        && (script == *s || script == Script::Common) =>
                {
                    range.end = end;
                }
                Some((f, l, s, range)) if face == Some(*f) && *l == level && !tab && *s == Script::Common => {
                    *s = script;
                    range.end = end;
                }
                _ => {
                    self.shape(text, item.take(), &mut all);
                    match face {
                        Some(face) if !tab => item = Some((face, level, script, at..end)),
                        Some(face) => all.push(self.stand_in(" ", at..end, face)),
                        None => {
                            self.unseen.insert(grapheme.to_owned());
                            all.push(self.stand_in(PLACEHOLDER, at..end, usize::from(bold)));
                        }
                    }
                }
            }
        }
        self.shape(text, item, &mut all);
        all
    }

    /// The first face that has all of it; the one before where nothing is to be seen.
    fn face(&mut self, grapheme: &str, before: Option<usize>, bold: bool) -> Option<usize> {
        let base = usize::from(bold);
        if grapheme.chars().all(is_invisible) {
            return Some(if grapheme == " " || grapheme == "\t" { base } else { before.unwrap_or(base) });
        }
        if let Some(face) = self.known.get(grapheme) {
            return face.map(|face| if face < 2 { base } else { face });
        }
        let faces = &self.palette.faces;
        let order = std::iter::once(0).chain(2..faces.len());
        let draws = |face: usize, c: char| is_invisible(c) || (!is_private(c) && faces[face].has(c));
        let face = order.into_iter().find(|face| grapheme.chars().all(|c| draws(*face, c)));
        self.known.insert(grapheme.to_owned(), face);
        face.map(|face| if face < 2 { base } else { face })
    }

    fn shape(&mut self, text: &str, item: Option<(usize, u8, Script, Range<usize>)>, all: &mut Vec<Cluster>) {
        let Some((face, level, _, range)) = item else { return };
        let set_in = &self.palette.faces[face];
        let Some(font) = set_in.font() else { return };
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(&text[range.clone()]);
        buffer.guess_segment_properties();
        let right_to_left = level % 2 == 1;
        buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
        // Figures of one width, so that columns of numbers stand.
        let features = [Feature::new(Tag::new(b"tnum"), 1, ..)];
        let shaper = set_in.shaper.shaper(&font).build();
        let shaped = shaper.shape(buffer, ShapeOptions::new().features(&features));

        let em = set_in.units_per_em;
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut broken = Vec::new();
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = range.start + info.cluster as usize;
            if clusters.last().is_none_or(|c| c.text.start != start) {
                clusters.push(Cluster { text: start..start, face, advance: 0.0, glyphs: Vec::new() });
            }
            if info.glyph_id == 0 {
                broken.push(start);
            }
            if let Some(cluster) = clusters.last_mut() {
                cluster.advance += position.x_advance as f32 / em;
                cluster.glyphs.push(KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    position.x_advance as f32 / em,
                    position.x_offset as f32 / em,
                    position.y_offset as f32 / em,
                    0.0,
                    0..0,
                    None,
                ));
            }
        }
        self.buffer = Some(shaped.clear());
        if right_to_left {
            clusters.reverse();
        }
        let mut end = range.end;
        for cluster in clusters.iter_mut().rev() {
            cluster.text.end = end;
            end = cluster.text.start;
        }
        for mut cluster in clusters {
            if broken.contains(&cluster.text.start) {
                let words = &text[cluster.text.clone()];
                let blank = words.chars().all(is_invisible);
                if !blank {
                    self.unseen.insert(words.to_owned());
                }
                cluster = self.stand_in(if blank { " " } else { PLACEHOLDER }, cluster.text, face.min(1));
            }
            for glyph in &mut cluster.glyphs {
                glyph.text_range = cluster.text.clone();
            }
            all.push(cluster);
        }
    }

    /// A cluster for this text that looks like `shown`.
    fn stand_in(&self, shown: &str, text: Range<usize>, face: usize) -> Cluster {
        let set_in = &self.palette.faces[face];
        let mut cluster = Cluster { text: text.clone(), face, advance: 0.0, glyphs: Vec::new() };
        if let Some(font) = set_in.font() {
            let mut buffer = UnicodeBuffer::new();
            buffer.push_str(shown);
            buffer.guess_segment_properties();
            let shaped = set_in.shaper.shaper(&font).build().shape(buffer, ShapeOptions::new());
            for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
                let advance = position.x_advance as f32 / set_in.units_per_em;
                cluster.advance += advance;
                let id = GlyphId::new(info.glyph_id);
                cluster.glyphs.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, text.clone(), None));
            }
        }
        cluster
    }
}

impl Line {
    fn push(&mut self, cluster: &Cluster) {
        if self.runs.last().is_none_or(|run| run.face != cluster.face) {
            self.runs.push(Run { face: cluster.face, x: self.width, glyphs: Vec::new() });
        }
        let mut glyphs = cluster.glyphs.clone();
        let mut advance = cluster.advance;
        if self.text[cluster.text.clone()] == *"\t" {
            advance = tab(self.width / self.size);
            if let Some(glyph) = glyphs.first_mut() {
                glyph.x_advance = advance;
            }
        }
        if let Some(run) = self.runs.last_mut() {
            run.glyphs.extend(glyphs);
        }
        self.width += advance * self.size;
    }
}

/// Where each line begins and ends, as places in `clusters`: between words where that is possible, else where
/// the edge is. Blanks at the end of a line may stand beyond it.
fn cut(text: &str, clusters: &[Cluster], setting: Setting) -> Vec<Range<usize>> {
    let room = setting.width / setting.size;
    let allowed = linebreaks(text).filter(|(_, kind)| *kind == BreakOpportunity::Allowed);
    let allowed: BTreeSet<usize> = allowed.map(|(at, _)| at).collect();
    // How wide it is up to and with this cluster, which begins at `width`.
    let reach = |width: f32, cluster: &Cluster| {
        width + if text[cluster.text.clone()] == *"\t" { tab(width) } else { cluster.advance }
    };
    let mut lines = Vec::new();
    let (mut begin, mut width, mut last) = (0, 0.0_f32, None);
    for (n, cluster) in clusters.iter().enumerate() {
        if n > begin && allowed.contains(&cluster.text.start) {
            last = Some(n);
        }
        let blank = text[cluster.text.clone()].chars().all(char::is_whitespace);
        while reach(width, cluster) > room && n > begin && !blank {
            let end = last.take().unwrap_or(n);
            lines.push(begin..end);
            begin = end;
            width = clusters[begin..n].iter().fold(0.0, reach);
        }
        width = reach(width, cluster);
    }
    if begin < clusters.len() {
        lines.push(begin..clusters.len());
    }
    lines
}

/// How far a tab that stands here reaches, in ems: to the next column, and never so little that it is overlooked.
fn tab(width: f32) -> f32 {
    let rest = TAB - width % TAB;
    if rest < 0.5 { rest + TAB } else { rest }
}

/// From left to right: UAX 9, rules L1 (blanks at the end and tabs run as the paragraph does) and L2.
fn order(clusters: &[Cluster], text: &str, levels: &[Level], paragraph: Level) -> Vec<usize> {
    let mut reset = true;
    let mut line: Vec<Level> = Vec::with_capacity(clusters.len());
    for cluster in clusters.iter().rev() {
        let words = &text[cluster.text.clone()];
        reset = (reset && words.chars().all(is_invisible)) || words == "\t";
        line.push(if reset { paragraph } else { levels[cluster.text.start] });
    }
    line.reverse();
    BidiInfo::reorder_visual(&line)
}

/// `Common` for what goes with any script.
fn script_of(grapheme: &str) -> Script {
    let script = grapheme.chars().next().map_or(Script::Common, |c| c.script());
    if script == Script::Inherited { Script::Common } else { script }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Fonts;

    const NARROW: Setting = Setting { size: 10.0, bold: false, width: 200.0 };

    fn lines(text: &str) -> (Vec<String>, BTreeSet<String>) {
        let palette = Fonts::base_only().for_text(&[text]).unwrap();
        let mut setter = Setter::new(&palette);
        let lines = setter.lines(text, NARROW);
        // But for blanks at the end.
        assert!(lines.iter().all(|line| line.width < NARROW.width + 4.0), "{text}");
        let words = |line: &Line| {
            let mut ranges: Vec<Range<usize>> =
                line.runs.iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.text_range.clone()).collect();
            ranges.sort_by_key(|range| range.start);
            ranges.dedup();
            ranges.into_iter().map(|range| &line.text[range]).collect()
        };
        (lines.iter().map(words).collect(), setter.unseen)
    }

    #[test]
    fn every_character_is_in_the_text_layer_once_also_where_no_font_has_it() {
        for text in [
            "Continue lisinopril 20 mg, call if dizzy, and measure at home twice a day",
            "日本語ab",
            "a\tb  c",
        ] {
            assert_eq!(lines(text).0.concat(), text);
        }
        assert_eq!(lines("5 \u{65e5}").1, BTreeSet::from(["\u{65e5}".to_owned()]));
        assert!(lines("a\u{3000}b\u{200d}").1.is_empty(), "a blank needs no font");
    }

    #[test]
    fn lines_end_between_words_and_a_long_word_at_the_edge() {
        let (words, _) = lines("Continue lisinopril 20 mg daily, call if dizzy");
        assert!(words.len() > 1 && words.iter().rev().skip(1).all(|line| line.ends_with(' ')), "{words:?}");
        for text in ["x".repeat(200), "one\t\t\ttwo\tx\t".to_owned() + &"-".repeat(90)] {
            assert!(lines(&text).0.len() > 2);
        }
    }

    #[test]
    fn right_to_left_text_stands_at_the_right() {
        let palette = Fonts::base_only().for_text(&[]).unwrap();
        let line = &Setter::new(&palette).lines("\u{5d0}\u{5d1}", NARROW)[0];
        assert!((line.left + line.width - NARROW.width).abs() < 0.01);
    }
}
