//! HTML as blocks of words. The tokenizer is the one of a browser; from its tokens only what is listed here
//! becomes structure, everything else is its words. There is no way for markup to come through: what is made is
//! no markup. Addresses, styles and scripts are not even kept. One pass, and nesting is bounded, so the time
//! grows with the length alone.

mod build;

use build::{Build, Container, Flow};
use clinical::document::{Block, Marks};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// What a document in HTML or XHTML says. `None`: there is no markup in it.
pub fn blocks(text: &str, is_xml: bool) -> Option<Vec<Block>> {
    let sink = Sink { reader: RefCell::default(), is_xml };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(text));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let reader = tokenizer.sink.reader.into_inner();
    reader.has_tags.then(|| reader.build.finish())
}

/// Whether this is HTML or XHTML, whatever it calls itself.
pub fn looks_like(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(200).collect::<String>().to_ascii_lowercase();
    let is_xhtml = start.starts_with("<?xml") && start.contains("<html");
    is_xhtml || start.starts_with("<!doctype html") || start.starts_with("<html")
}

struct Sink {
    reader: RefCell<Reader>,
    is_xml: bool,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut reader = self.reader.borrow_mut();
        match token {
            Token::TagToken(tag) => return reader.tag(&tag),
            Token::CharacterTokens(words) if reader.is_hidden() => drop(words),
            Token::CharacterTokens(words) => reader.build.words(&words, Marks::default()),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    /// In XML a CDATA section is words.
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.is_xml
    }
}

#[derive(Default)]
struct Reader {
    build: Build,
    /// The element whose content is no text of the document.
    hidden: Option<String>,
    /// An option of a form that was not chosen.
    not_chosen: bool,
    has_tags: bool,
}

impl Reader {
    fn is_hidden(&self) -> bool {
        self.hidden.is_some() || self.not_chosen
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        self.not_chosen = false;
        self.has_tags = true;
        match tag.kind {
            TagKind::StartTag => {
                self.open(name, tag);
                if tag.self_closing && name != "br" {
                    self.close(name);
                } else if let Some(raw) = raw(name) {
                    self.hidden = (name != "textarea" && name != "xmp").then(|| name.to_owned());
                    return TokenSinkResult::RawData(raw);
                }
            }
            TagKind::EndTag => {
                if self.hidden.as_deref() == Some(name) {
                    self.hidden = None;
                }
                self.close(name);
            }
        }
        TokenSinkResult::Continue
    }

    fn open(&mut self, name: &str, tag: &Tag) {
        let number = |named: &str| attribute(tag, named).and_then(|n| n.trim().parse::<u32>().ok());
        let span = |named: &str| number(named).and_then(|n| u16::try_from(n.clamp(1, 100)).ok()).unwrap_or(1);
        let build = &mut self.build;
        let marks = marks_of(name, attribute(tag, "style"));
        match name {
            "br" => return build.line_break(),
            "hr" => return build.rule(),
            "img" => return say_left_out(build, "picture", attribute(tag, "alt")),
            "svg" | "canvas" => say_left_out(build, "drawing", None),
            "iframe" | "object" | "embed" | "video" | "audio" => say_left_out(build, name, None),
            "input" => return input(build, tag),
            "option" => {
                self.not_chosen = attribute(tag, "selected").is_none();
                return;
            }
            "meta" | "link" | "base" | "col" | "wbr" | "source" | "track" | "param" | "area" => return,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes().get(1).map_or(6, |digit| digit - b'0');
                build.flow(Flow::Heading(level));
            }
            "pre" | "textarea" | "listing" | "xmp" => build.flow(Flow::Preformatted),
            "ul" | "menu" | "dir" => build.open(name, Container::List(None)),
            "ol" => build.open(name, Container::List(Some(number("start").unwrap_or(1)))),
            "li" => build.item(),
            "blockquote" => build.open(name, Container::Indented),
            "dd" => {
                build.end_description();
                build.open(name, Container::Indented);
            }
            "dt" => build.end_description(),
            "table" => build.open(name, Container::Table),
            "caption" => build.caption(),
            "tr" => build.row(),
            "td" | "th" => build.cell(name, name == "th", span("colspan"), span("rowspan")),
            _ if starts_a_line(name) => build.flow(Flow::Paragraph),
            _ => {}
        }
        build.mark(name, marks);
    }

    fn close(&mut self, name: &str) {
        match name {
            // A browser takes these end tags as breaks, too.
            "br" => self.build.line_break(),
            "ul" | "menu" | "dir" | "ol" | "li" | "blockquote" | "dd" | "table" | "caption" | "tr" | "td"
            | "th" => self.build.close(name),
            "dl" => self.build.end_description(),
            _ => {
                if starts_a_line(name) {
                    self.build.flow(Flow::Paragraph);
                }
                self.build.unmark(name);
            }
        }
    }
}

/// The elements whose content a tokenizer must not look into.
fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "title" | "textarea" => Some(RawKind::Rcdata),
        _ => None,
    }
}

fn starts_a_line(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "body",
        "center",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "html",
        "legend",
        "listing",
        "main",
        "nav",
        "optgroup",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "textarea",
        "xmp",
    ];
    BLOCKS.contains(&name)
}

/// What an element's name or its style means for its words.
fn marks_of(name: &str, style: Option<&str>) -> Marks {
    let none = Marks::default();
    let named = match name {
        "b" | "strong" | "dt" | "summary" | "legend" => Marks { bold: true, ..none },
        "i" | "em" | "cite" | "var" | "dfn" => Marks { italic: true, ..none },
        "u" | "ins" => Marks { underlined: true, ..none },
        "s" | "strike" | "del" => Marks { struck: true, ..none },
        "sup" => Marks { raised: true, ..none },
        "sub" => Marks { lowered: true, ..none },
        _ => none,
    };
    let Some(style) = style else { return named };
    let style: String = style.chars().take(2_000).filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| style.contains(word));
    named.and(Marks {
        bold: says(&["font-weight:bold", "font-weight:7", "font-weight:8", "font-weight:9"]),
        italic: says(&["font-style:italic"]),
        underlined: says(&["underline"]),
        struck: says(&["line-through"]),
        raised: says(&["vertical-align:super"]),
        lowered: says(&["vertical-align:sub;"]) || style.ends_with("vertical-align:sub"),
    })
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|one| &*one.name.local == name).map(|one| &*one.value)
}

/// Nothing is left out in silence but what its author calls decoration.
fn say_left_out(build: &mut Build, what: &str, instead: Option<&str>) {
    let italic = Marks { italic: true, ..Marks::default() };
    match instead.map(str::trim) {
        Some("") => {}
        Some(words) => build.words(&format!("[{what}: {words}]"), italic),
        None => build.words(&format!("[{what} not shown]"), italic),
    }
}

fn input(build: &mut Build, tag: &Tag) {
    let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
    let chosen = attribute(tag, "checked").is_some();
    match (kind.as_str(), chosen) {
        ("checkbox" | "radio", true) => build.words("☑ ", Marks::default()),
        ("checkbox" | "radio", false) => build.words("☐ ", Marks::default()),
        ("hidden" | "password" | "submit" | "button" | "reset" | "image" | "file", _) => {}
        _ => build.words(attribute(tag, "value").unwrap_or_default(), Marks::default()),
    }
}

#[cfg(test)]
mod outline;
#[cfg(test)]
pub use outline::outline;
#[cfg(test)]
mod tests;
