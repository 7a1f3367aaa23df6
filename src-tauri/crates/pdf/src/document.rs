//! A paper on its pages, tagged, with its attachments.

use crate::PdfError;
use crate::fonts::{Fonts, is_private};
use crate::line::{Line, Setter, Setting};
use crate::page::{self, Frame, LEADING, MEASURE, Placed, Tone};
use crate::paper::{Attached, Paper};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::error::KrillaError;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// A PDF, and what to say about it.
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub pages: usize,
    /// Characters that no font of this computer draws; they stand as □ and are named in the file.
    pub unseen: Vec<String>,
}

/// What a stretch of text is, for those who listen to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Title,
    Heading,
    Text,
    /// Bold, so that no text passes for it.
    Signature,
}

/// Lines of one paragraph.
struct Paragraph {
    role: Role,
    lines: Vec<Line>,
    size: f32,
    tone: Tone,
    /// From the left.
    indent: f32,
    /// Kept clear above.
    before: f32,
    /// Stands in the same row as the one before.
    beside: bool,
}

/// Makes the PDF of a paper.
pub fn pdf(paper: &Paper, fonts: &Fonts) -> Result<Pdf, PdfError> {
    let pairs = paper.parts.iter().chain(&paper.heading).chain([&paper.head, &paper.foot]);
    let texts = pairs.flat_map(|(first, second)| [first, second]).chain(&paper.closing);
    let texts: Vec<&str> = texts.chain([&paper.title, &paper.standing]).map(String::as_str).collect();
    let palette = fonts.for_text(&texts)?;
    let mut setter = Setter::new(&palette);

    let frame = Frame::new(paper, &mut setter);
    let all = paragraphs(paper, &mut setter);
    let pages = paginate(all, frame.top());
    let unseen: Vec<String> = setter.unseen.iter().cloned().collect();

    let private = texts.iter().any(|text| text.contains(is_private));
    let mut pdf = Document::new_with(settings(private)?);
    let mut tags = TagTree::new().with_lang(Some("en".to_owned()));
    let of = pages.len();
    let mut open: Option<(usize, TagGroup)> = None;
    for (n, blocks) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(page::WIDTH, page::HEIGHT).ok_or(PdfError::Standard)?;
        let mut sheet = pdf.start_page_with(settings);
        let mut surface = sheet.surface();
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
        frame.draw_head(&mut surface, &palette);
        surface.end_tagged();
        for block in blocks {
            // A paragraph that goes on from the page before is one for those who listen.
            if open.as_ref().is_none_or(|(id, _)| *id != block.paragraph) {
                tags_push(&mut tags, open.take());
                open = Some((block.paragraph, group(block.role, &block.title)));
            }
            let part = surface.start_tagged(ContentTag::Other);
            page::draw(&mut surface, &palette, &block.lines);
            surface.end_tagged();
            if let Some((_, group)) = &mut open {
                group.push(part);
            }
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        frame.draw_foot(&mut surface, &palette, &mut setter, n + 1, of);
        surface.end_tagged();
        surface.finish();
        sheet.finish();
    }
    tags_push(&mut tags, open);
    pdf.set_tag_tree(tags);
    pdf.set_metadata(metadata(paper));
    for file in &paper.attached {
        attach(&mut pdf, paper, file);
    }
    let bytes = pdf.finish().map_err(|error| match error {
        KrillaError::Font(..) => PdfError::Font,
        _ => PdfError::Standard,
    })?;
    Ok(Pdf { bytes, pages: of, unseen })
}

/// PDF/A-3a; PDF/A-3u where the text has private characters, whose meaning no reader can know.
fn settings(private: bool) -> Result<SerializeSettings, PdfError> {
    let level = if private { Archival::A3_U } else { Archival::A3_A };
    let configuration = ConfigurationBuilder::new().with_archival_validator(level).finish();
    Ok(SerializeSettings {
        configuration: configuration.map_err(|_| PdfError::Standard)?,
        enable_tagging: true,
        ..SerializeSettings::default()
    })
}

fn metadata(paper: &Paper) -> Metadata {
    Metadata::new()
        .title(paper.title.clone())
        .authors(vec![paper.author.clone()])
        .creator("Chartside".to_owned())
        .language("en".to_owned())
        .document_id(paper.id.clone())
        .creation_date(made(paper))
}

fn made(paper: &Paper) -> DateTime {
    let at = paper.at.to_zoned(jiff::tz::TimeZone::UTC);
    DateTime::new(at.year().unsigned_abs())
        .month(at.month().unsigned_abs())
        .day(at.day().unsigned_abs())
        .hour(at.hour().unsigned_abs())
        .minute(at.minute().unsigned_abs())
        .second(at.second().unsigned_abs())
        .utc_offset_hour(0)
}

fn attach(pdf: &mut Document, paper: &Paper, file: &Attached) {
    pdf.embed_file(EmbeddedFile {
        path: file.name.to_owned(),
        mime_type: MimeType::new(file.kind),
        description: Some(file.what.to_owned()),
        association_kind: AssociationKind::Alternative,
        data: file.bytes.clone().into(),
        modification_date: Some(made(paper)),
        compress: Some(true),
        location: None,
    });
}

/// Everything between head and foot, in order.
fn paragraphs(paper: &Paper, setter: &mut Setter<'_>) -> Vec<Paragraph> {
    const LABELS: f32 = 104.0;
    let mut all = Vec::new();
    let mut add = |setter: &mut Setter<'_>, role, text: &str, size, tone, before, indent: f32, beside| {
        let bold = role != Role::Text;
        let lines = setter.lines(text, Setting { size, bold, width: MEASURE - indent });
        all.push(Paragraph { role, lines, size, tone, indent, before, beside });
    };
    add(setter, Role::Title, &paper.title, 18.0, Tone::Ink, 0.0, 0.0, false);
    for (n, (label, value)) in paper.heading.iter().enumerate() {
        let before = if n == 0 { 6.0 } else { 0.0 };
        add(setter, Role::Text, label, 9.0, Tone::Quiet, before, 0.0, false);
        add(setter, Role::Text, value, 9.0, Tone::Ink, 0.0, LABELS, true);
    }
    let opening = 1 + 2 * paper.heading.len();
    for (title, text) in &paper.parts {
        add(setter, Role::Heading, title, 11.0, Tone::Ink, 16.0, 0.0, false);
        let mut before = 2.0;
        for line in text.split('\n') {
            if line.is_empty() {
                before += 7.0;
                continue;
            }
            add(setter, Role::Text, line, 10.0, Tone::Ink, before, 0.0, false);
            before = 0.0;
        }
    }
    for (n, line) in paper.closing.iter().enumerate() {
        add(setter, Role::Signature, line, 10.0, Tone::Ink, if n == 0 { 20.0 } else { 0.0 }, 0.0, false);
    }
    if !setter.unseen.is_empty() {
        let words = unseen_words(&setter.unseen);
        add(setter, Role::Text, &words, 9.0, Tone::Quiet, 8.0, 0.0, false);
        // Before anybody meets one.
        if let Some(notice) = all.pop() {
            all.insert(opening, notice);
        }
    }
    all
}

/// Says which characters are not to be seen, by number: they could not be shown here either.
fn unseen_words(unseen: &std::collections::BTreeSet<String>) -> String {
    const NAMED: usize = 24;
    let codes: std::collections::BTreeSet<char> = unseen.iter().flat_map(|g| g.chars()).collect();
    let some: Vec<String> = codes.iter().take(NAMED).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    let more = codes.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(
        "\u{25a1} marks characters that no font on the computer that made this file can draw: {}{more}. The text of this file and its attachments hold all of them.",
        some.join(", ")
    )
}

/// Part of a paragraph that stands on one page.
struct Block {
    paragraph: usize,
    role: Role,
    title: String,
    lines: Vec<Placed>,
}

/// Lays the paragraphs on pages. A heading never stands alone at the foot of one.
fn paginate(all: Vec<Paragraph>, top: f32) -> Vec<Vec<Block>> {
    let bottom = Frame::bottom();
    let mut pages: Vec<Vec<Block>> = vec![Vec::new()];
    let (mut y, mut row) = (top, top);
    for (n, paragraph) in all.into_iter().enumerate() {
        let step = paragraph.size * LEADING;
        let title = paragraph.lines.first().map(|line| line.text.to_string()).unwrap_or_default();
        if paragraph.beside {
            y = row;
        } else if y > top {
            y += paragraph.before;
        }
        row = y;
        // With a heading, two lines of what follows it.
        let needs = match paragraph.role {
            Role::Text | Role::Signature => step,
            Role::Heading | Role::Title => step * paragraph.lines.len() as f32 + 2.0 + 28.0,
        };
        if y + needs > bottom && y > top {
            pages.push(Vec::new());
            (y, row) = (top, top);
        }
        let block = |lines| Block { paragraph: n, role: paragraph.role, title: title.clone(), lines };
        let mut lines = Vec::new();
        for line in paragraph.lines {
            if y + step > bottom && y > top {
                if let (Some(page), false) = (pages.last_mut(), lines.is_empty()) {
                    page.push(block(std::mem::take(&mut lines)));
                }
                pages.push(Vec::new());
                (y, row) = (top, top);
            }
            lines.push(Placed { line, x: page::column(paragraph.indent), y, tone: paragraph.tone });
            y += step;
        }
        if let (Some(page), false) = (pages.last_mut(), lines.is_empty()) {
            page.push(block(lines));
        }
    }
    pages
}

fn group(role: Role, title: &str) -> TagGroup {
    let level = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
    match role {
        Role::Title => TagGroup::new(Tag::Hn(level(1), Some(title.to_owned()))),
        Role::Heading => TagGroup::new(Tag::Hn(level(2), Some(title.to_owned()))),
        Role::Text | Role::Signature => TagGroup::new(Tag::P),
    }
}

fn tags_push(tags: &mut TagTree, done: Option<(usize, TagGroup)>) {
    if let Some((_, group)) = done {
        tags.push(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn paragraph(role: Role, lines: usize) -> Paragraph {
        let line = || Line { text: Arc::from("x"), size: 10.0, left: 0.0, width: 5.0, runs: Vec::new() };
        let lines = (0..lines).map(|_| line()).collect();
        Paragraph { role, lines, size: 10.0, tone: Tone::Ink, indent: 0.0, before: 4.0, beside: false }
    }

    #[test]
    fn no_line_is_lost_none_stands_outside_and_no_heading_stands_alone() {
        for text in 1..130 {
            let all =
                vec![paragraph(Role::Text, text), paragraph(Role::Heading, 1), paragraph(Role::Text, 3)];
            let pages = paginate(all, 80.0);
            let lines: Vec<_> = pages.iter().flatten().flat_map(|block| &block.lines).collect();
            assert_eq!(lines.len(), text + 4);
            assert!(lines.iter().all(|l| l.y >= 80.0 && l.y + 10.0 * LEADING <= Frame::bottom() + 0.01));
            assert!(
                pages.iter().all(|page| page.last().is_some_and(|block| block.role == Role::Text)),
                "{text}"
            );
        }
    }
}
