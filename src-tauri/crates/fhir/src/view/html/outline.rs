//! Blocks as lines, for tests.

use clinical::document::{Block, Run};

pub fn outline(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    add_all(blocks, 0, &mut lines);
    lines.join("\n")
}

fn add_all(blocks: &[Block], depth: usize, lines: &mut Vec<String>) {
    for block in blocks {
        add(block, depth, lines);
    }
}

fn add(block: &Block, depth: usize, lines: &mut Vec<String>) {
    let mut say =
        |depth: usize, words: String| lines.push(format!("{}{}", " ".repeat(depth), words.trim_end()));
    match block {
        Block::Heading(level, words) => say(depth, format!("h{level} {}", text(words))),
        Block::Paragraph(words) => say(depth, format!("p {}", text(words))),
        Block::Preformatted(words) => say(depth, format!("pre {}", text(words))),
        Block::Rule => say(depth, "rule".to_owned()),
        Block::OnlyWords(words) => say(depth, format!("rest {words}")),
        Block::Indented(blocks) => {
            say(depth, "indented".to_owned());
            add_all(blocks, depth + 1, lines);
        }
        Block::List(start, items) => {
            say(depth, start.map_or("list".to_owned(), |start| format!("list {start}")));
            for item in items {
                lines.push(format!("{}item", " ".repeat(depth + 1)));
                add_all(item, depth + 2, lines);
            }
        }
        Block::Table { caption, rows } => {
            say(depth, format!("table {}", text(caption)));
            for row in rows {
                lines.push(format!("{}row", " ".repeat(depth + 1)));
                for cell in row {
                    let name = if cell.is_heading { "head" } else { "cell" };
                    let wide = if cell.columns > 1 { format!(" ×{}", cell.columns) } else { String::new() };
                    lines.push(format!("{}{name}{wide}", " ".repeat(depth + 2)));
                    add_all(&cell.blocks, depth + 3, lines);
                }
            }
        }
    }
}

fn text(words: &[Run]) -> String {
    let one = |run: &Run| {
        let marks = run.marks;
        let signs = [
            (marks.bold, "*"),
            (marks.italic, "_"),
            (marks.underlined, "="),
            (marks.struck, "-"),
            (marks.raised, "^"),
            (marks.lowered, "~"),
        ];
        let signs: String = signs.iter().filter(|(is, _)| *is).map(|(_, sign)| *sign).collect();
        let back: String = signs.chars().rev().collect();
        format!("{signs}{}{back}", run.words.replace('\n', "⏎"))
    };
    words.iter().map(one).collect()
}
