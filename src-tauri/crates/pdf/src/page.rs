//! Pages of US Letter with a head and a foot: of a note whose it is, who signed it, and its hash.

use crate::fonts::Palette;
use crate::line::{Line, Setter, Setting};
use crate::paper::Paper;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

pub(crate) const WIDTH: f32 = 612.0;
pub(crate) const HEIGHT: f32 = 792.0;
const LEFT: f32 = 64.0;
pub(crate) const MEASURE: f32 = WIDTH - 2.0 * LEFT;
const TOP: f32 = 40.0;
const FOOT: f32 = HEIGHT - 54.0;
/// Of one line, in parts of the size.
pub(crate) const LEADING: f32 = 1.4;
/// From the top of a line to its base, in parts of the size.
const BASE: f32 = 1.06;

const INK: [u8; 3] = [0x1a, 0x1d, 0x21];
const QUIET: [u8; 3] = [0x5a, 0x61, 0x6b];
const HAIR: [u8; 3] = [0xc9, 0xce, 0xd6];

/// How dark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Ink,
    Quiet,
}

/// A line in its place.
pub(crate) struct Placed {
    pub line: Line,
    pub x: f32,
    /// Top of the line.
    pub y: f32,
    pub tone: Tone,
}

/// What stands on every page, but for its number.
pub(crate) struct Frame {
    head: Vec<Placed>,
    foot: Vec<Placed>,
    rule: f32,
    signed: String,
}

impl Frame {
    pub fn new(paper: &Paper, setter: &mut Setter<'_>) -> Self {
        let (name, identifiers) = &paper.head;
        let mut head = Vec::new();
        let size = 9.0;
        // Name and identifiers beside each other where there is room, else below each other; never cut off.
        let mut y = TOP;
        let identifiers = setter.lines(identifiers, Setting { size, bold: false, width: MEASURE });
        let taken = identifiers.iter().map(|line| line.width).fold(0.0, f32::max);
        let beside = identifiers.len() == 1 && taken < MEASURE * 0.6;
        let width = if beside { MEASURE - taken - 18.0 } else { MEASURE };
        for line in setter.lines(name, Setting { size: 11.0, bold: true, width }) {
            // At the left also where the name runs from the right: it is looked for there.
            let line = Line { left: 0.0, ..line };
            head.push(Placed { line, x: LEFT, y, tone: Tone::Ink });
            y += 11.0 * LEADING;
        }
        for line in identifiers {
            if beside {
                head.push(Placed { x: LEFT + MEASURE - taken, y: TOP + 2.2, line, tone: Tone::Ink });
            } else {
                head.push(Placed { line, x: LEFT, y, tone: Tone::Ink });
                y += size * LEADING;
            }
        }
        if !paper.standing.is_empty() {
            for line in setter.lines(&paper.standing, Setting { size: 11.0, bold: true, width: MEASURE }) {
                head.push(Placed { line, x: LEFT, y, tone: Tone::Ink });
                y += 11.0 * LEADING;
            }
        }
        let rule = y + 4.0;
        let (signed, small) = &paper.foot;
        let mut foot = Vec::new();
        for line in setter.lines(small, Setting { size: 7.0, bold: false, width: MEASURE }) {
            foot.push(Placed { line, x: LEFT, y: FOOT + 18.0, tone: Tone::Quiet });
        }
        Self { head, foot, rule, signed: signed.clone() }
    }

    /// Where the text begins.
    pub fn top(&self) -> f32 {
        self.rule + 16.0
    }

    /// Where it has to end.
    pub fn bottom() -> f32 {
        FOOT - 12.0
    }

    pub fn draw_head(&self, surface: &mut Surface<'_>, palette: &Palette) {
        draw(surface, palette, &self.head);
        hairline(surface, self.rule);
    }

    pub fn draw_foot(
        &self,
        surface: &mut Surface<'_>,
        palette: &Palette,
        setter: &mut Setter<'_>,
        page: usize,
        of: usize,
    ) {
        hairline(surface, FOOT);
        let size = 8.0;
        let number =
            setter.lines(&format!("Page {page} of {of}"), Setting { size, bold: false, width: MEASURE });
        let taken = number.iter().map(|line| line.width).fold(0.0, f32::max);
        let number = number.into_iter().map(|line| {
            let x = LEFT + MEASURE - line.width;
            Placed { line, x, y: FOOT + 6.0, tone: Tone::Quiet }
        });
        let width = MEASURE - taken - 12.0;
        // One line: all of it stands at the end of the note.
        let signed = setter.lines(&self.signed, Setting { size, bold: false, width }).into_iter().take(1);
        let signed = signed.map(|line| Placed {
            line: Line { left: 0.0, ..line },
            x: LEFT,
            y: FOOT + 6.0,
            tone: Tone::Quiet,
        });
        draw(surface, palette, &signed.chain(number).collect::<Vec<_>>());
        draw(surface, palette, &self.foot);
    }
}

/// Where text stands from the left.
pub(crate) fn column(indent: f32) -> f32 {
    LEFT + indent
}

pub(crate) fn draw(surface: &mut Surface<'_>, palette: &Palette, lines: &[Placed]) {
    for placed in lines {
        let color = color(if placed.tone == Tone::Ink { INK } else { QUIET });
        surface.set_fill(Some(Fill { paint: color.into(), ..Fill::default() }));
        surface.set_stroke(None);
        let line = &placed.line;
        for run in &line.runs {
            let at = Point::from_xy(placed.x + line.left + run.x, placed.y + line.size * BASE);
            let font = palette.faces[run.face].embedded.clone();
            surface.draw_glyphs(at, &run.glyphs, font, &line.text, line.size, false);
        }
    }
}

fn hairline(surface: &mut Surface<'_>, y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(LEFT, y);
    path.line_to(LEFT + MEASURE, y);
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: color(HAIR).into(), width: 0.5, ..Stroke::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn color([red, green, blue]: [u8; 3]) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}
