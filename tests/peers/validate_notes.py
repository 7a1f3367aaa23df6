"""python validate_notes.py FOLDER

Reads every form of every note in FOLDER/notes back with readers that are not ours, and holds it against what was
typed: plain text, XHTML, the FHIR document, the DocumentReference, the PDF (poppler's pdftotext, pdfdetach, pdfinfo).

"Identical" means:
- The signed text of a section is what `signed` makes of the typed one: what ends a line is a line feed, other
  control characters are U+FFFD, blanks at the ends of lines and empty lines at either end are gone.
- Plain text, XHTML, document, and what is attached to the PDF: the same characters in the same order.
- The text layer of the PDF: the same characters in every section, heading, head and foot of every page. pdftotext
  decides on blanks and line ends, puts right-to-left words in an order of its own, and composes some letters: so
  blanks and characters without a shape are left out, both sides are decomposed (NFKD), and of a line with
  right-to-left letters the order is not looked at. Lines without them have to stand word for word.

Copies that are broken on purpose must each be rejected, by the check that is there for it.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import fhir_json

XHTML = fhir_json.XHTML
PAGE = {XHTML + "html", XHTML + "head", XHTML + "title", XHTML + "body"}
ACTIVE = re.compile(rb"/(JavaScript|JS|OpenAction|AA|Launch|URI|SubmitForm|ImportData|RichMedia|AcroForm|XFA|GoToR)\b")


# How far pdftotext may carry right-to-left words beyond their line.
SLACK = 400


NOTICE = "\u25a1markscharactersthatnofont.*?:[U+,0-9A-Fandmore]*\\.Thetextofthisfileanditsattachmentsholdallofthem\\."


class Wrong(Exception):
    """A form does not say what was signed."""


def must(holds, words):
    if not holds:
        raise Wrong(words)


def same(found, wanted, where):
    if found != wanted:
        at = next((i for i, (a, b) in enumerate(zip(found, wanted)) if a != b), min(len(found), len(wanted)))
        raise Wrong(f"{where}: differs at {at} of {len(wanted)}: {found[at : at + 30]!r} for {wanted[at : at + 30]!r}")


def signed(typed):
    """What signing makes of a text; the rule as the manual of the note says it, written a second time."""
    text = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", typed)
    text = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]", "\ufffd", text)
    return re.sub(r"[ \t]+(?=\n|\Z)", "", text).strip("\n")


# Plain text


def check_text(text, said):
    same(hashlib.sha256(text.encode()).hexdigest(), said["hash"], "hash of the text")
    for line in text.split("\n"):
        must(columns(line) <= 80, f"text: a line of {columns(line)} columns")
        must(not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", line), "text: a control character")
    lines, at, found = text.split("\n"), 0, []
    while at < len(lines):
        if lines[at] and lines[at][0] != " " and at + 1 < len(lines) and re.fullmatch("-+", lines[at + 1]):
            title, at, body = lines[at], at + 2, []
            while at < len(lines) and (not lines[at] or lines[at].startswith("  ")):
                body.append(lines[at][2:])
                at += 1
            # A line that ends in a blank goes on in the next one.
            found.append((title, "\n".join(body).replace(" \n", "").rstrip("\n")))
        else:
            at += 1
    same([t for t, _ in found], [p["title"].upper() for p in said["parts"]], "titles of the text")
    for (title, body), part in zip(found, said["parts"]):
        same(body, part["text"], f"text, {title}")
    head = squeezed(text[:4000])
    for label, value in said["heading"]:
        must(squeezed(f"{label}: {value}") in head, f"text: no {label}")
    for line in said["closing"]:
        must(f"\n{line}\n" in text, f"text: no “{line}”")


def columns(line):
    """As a terminal would show it. What emoji sequences, Indic clusters, unassigned and private characters take is
    not agreed on: lines with them are not counted."""
    if re.search("[\u200d\ufe0f\u20e3\U0001f000-\U0001faff]", line):
        return 0
    if any(unicodedata.category(c) in ("Mc", "Cn", "Co") for c in line):
        return 0
    at = 0
    for c in line:
        if c == "\t":
            at += 8 - at % 8
        elif unicodedata.category(c) not in ("Mn", "Me", "Cf") and not 0x1160 <= ord(c) <= 0x11FF:
            at += 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return at


# XHTML


def words(paragraph):
    """The text of a paragraph: its line breaks are line feeds, and there are no others."""
    must(set(paragraph.attrib) <= {"style"}, "xhtml: an attribute")
    found = paragraph.text or ""
    for child in paragraph:
        must(child.tag == XHTML + "br" and not child.attrib and not child.text and not len(child), "xhtml: not a br")
        found += "\n" + (child.tail or "")
    return found


def check_xhtml(text, said):
    must(not fhir_json.CONTROL.search(text) and "<!" not in text, "xhtml: a character or a declaration")
    try:
        root = ElementTree.fromstring(text.encode())
    except ElementTree.ParseError as error:
        raise Wrong(f"xhtml: {error}") from None
    body = root.find(f"{XHTML}body/{XHTML}div")
    must(body is not None and {e.tag for e in root.iter()} - {e.tag for e in body.iter()} <= PAGE, "xhtml: the page")
    for problem in fhir_json.narrative(ElementTree.tostring(body, encoding="unicode"), "xhtml"):
        raise Wrong(problem)
    same([e.text for e in body.iter(XHTML + "h1")], [said["title"]], "xhtml, title")
    rows = [[cell.text for cell in row] for row in body.iter(XHTML + "tr")]
    same(rows, said["heading"], "xhtml, heading")
    same([e.text for e in body.iter(XHTML + "h2")], [p["title"] for p in said["parts"]], "xhtml, titles")
    found = [words(e) for e in body.iter(XHTML + "p")]
    wanted = [p["text"] for p in said["parts"]] + ["\n".join(said["closing"])]
    same(len(found), len(wanted), "xhtml, paragraphs") if len(found) == len(wanted) else must(False, "xhtml: paragraphs")
    for one, other in zip(found, wanted):
        same(one, other, "xhtml")


# FHIR


def check_document(text, said):
    bundle = json.loads(text)
    for problem in fhir_json.problems(bundle):
        raise Wrong(problem)
    entries = {e["fullUrl"]: e["resource"] for e in bundle["entry"]}
    composition = bundle["entry"][0]["resource"]
    must(composition["resourceType"] == "Composition", "document: the Composition is not first")
    status = "preliminary" if said["awaits_cosign"] else "final"
    must(composition["status"] == status, f"document: {composition['status']}")
    found = composition["section"]
    must(len(found) == len(said["parts"]), "document: sections")
    for section, part in zip(found, said["parts"]):
        same(section["title"], part["title"], "document, title")
        codes = [c["code"] for c in section["code"].get("coding", []) if c["system"] == "http://loinc.org"]
        must(codes == ([part["loinc"]] if part["loinc"] else []), f"document: {codes} for {part['loinc']}")
        div = ElementTree.fromstring(section["text"]["div"])
        same("\n".join(words(p) for p in div), part["text"], f"document, {part['title']}")
    # Whatever is referred to inside is inside.
    linked = [r["reference"] for s in found for r in s.get("entry", [])]
    must(all(link in entries for link in linked), "document: an entry leads nowhere")
    records = Counter(entries[link]["resourceType"] for link in linked)
    wanted = {"Condition": len(said["diagnoses"]), "Task": said["follow_ups"]}
    must(all(records[kind] == number for kind, number in wanted.items()), f"document: {dict(records)}")


def check_reference(text, said, forms):
    reference = json.loads(text)
    for problem in fhir_json.problems(reference):
        raise Wrong(problem)
    attached = [c["attachment"] for c in reference["content"]]
    kinds = [a["contentType"] for a in attached]
    wanted = ["text/plain;charset=utf-8", "application/xhtml+xml;charset=utf-8", "application/fhir+json"]
    must(kinds == wanted, f"reference: {kinds}")
    for attachment, form in zip(attached, forms):
        same(base64.b64decode(attachment["data"], validate=True).decode(), form, attachment["contentType"])


# PDF


def run(*command):
    done = subprocess.run(command, capture_output=True, check=False)
    must(done.returncode == 0, f"{command[0]}: {done.stderr.decode(errors='replace')[:200]}")
    return done.stdout.decode(errors="replace")


@cache
def shape(c):
    """What is left of a character when blanks and what has no shape are left out."""
    if c == "\ufffd" or (ord(c) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF:
        return "\ufffd"
    ignored = unicodedata.category(c) in ("Cf", "Zs", "Zl", "Zp") or 0xFE00 <= ord(c) <= 0xFE0F or c in "\u034f\t\n"
    return "" if ignored else unicodedata.normalize("NFKD", c).replace(" ", "")


def squeezed(text):
    return "".join(map(shape, text))


def is_turned(line):
    return any(unicodedata.bidirectional(c) in ("R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI") for c in line)


def slices(text, wanted, where):
    """Cuts `text` into pieces as long as those wanted, and holds each against its own."""
    at = 0
    for piece in wanted:
        goal = squeezed(piece)
        found = text[at : at + len(goal)]
        at += len(goal)
        if Counter(found) != Counter(goal):
            raise Wrong(f"{where}: {(Counter(goal) - Counter(found)).most_common(5)} missing in “{piece[:40]}”")
        found, after = upright(found), 0
        for line in piece.split("\n"):
            if is_turned(line):
                after += max(len(upright(squeezed(line))) - SLACK, 0)
                continue
            line = upright(squeezed(line))
            place = found.find(line, max(after - SLACK, 0))
            if place < 0:
                raise Wrong(f"{where}: the line “{line[:60]}” does not stand")
            after = place + len(line)
    must(at == len(text), f"{where}: more than was signed: {text[at : at + 40]!r}")


def upright(text):
    """Without marks: those on one letter may come in another order."""
    return "".join(c for c in text if not unicodedata.combining(c))


def check_pdf(file, said, text, document):
    bytes_ = file.read_bytes()
    must(bytes_.startswith(b"%PDF-1.7"), "pdf: not PDF 1.7")
    plain = re.sub(rb"stream\r?\n.*?endstream", b"", bytes_, flags=re.DOTALL)
    active = ACTIVE.search(plain)
    must(not active, f"pdf: {active}")
    must(re.search(rb"pdfaid:part>3<", bytes_), "pdf: does not say that it is PDF/A-3")
    info = run("pdfinfo", str(file))
    pages = int(re.search(r"Pages: +(\d+)", info).group(1))
    must(pages == said["pages"], f"pdf: {pages} pages")
    for nothing in ("JavaScript: +no", "Form: +none", "Encrypted: +no", "Tagged: +yes"):
        must(re.search(nothing, info), f"pdf: not {nothing}")

    # In the order in which it is drawn.
    sheets = run("pdftotext", "-raw", "-enc", "UTF-8", str(file), "-").split("\f")[:-1]
    must(len(sheets) == pages, "pdf: pages without text")
    head = [said["banner"][0][1], " ".join(" ".join(pair) for pair in said["banner"][1:]), said["standing"]]
    signature = said["closing"][0] + ("(not final, see the end)" if said["awaits_cosign"] else "")
    length = sum(len(squeezed(piece)) for piece in head)
    body = ""
    for number, sheet in enumerate(sheets, 1):
        foot = [signature, f"Page {number} of {pages}", "SHA-256 of note.txt" + said["hash"]]
        tail = sum(len(squeezed(piece)) for piece in foot)
        sheet = squeezed(sheet)
        slices(sheet[:length], head, f"pdf, head of page {number}")
        slices(sheet[-tail:], foot, f"pdf, foot of page {number}")
        body += sheet[length:-tail]
    wanted = [said["title"], *(f"{label} {value}" for label, value in said["heading"])]
    for part in said["parts"]:
        wanted += [part["title"], part["text"]]
    wanted += said["closing"]
    if said["unseen"]:
        opening = sum(len(squeezed(piece)) for piece in wanted[: 1 + len(said["heading"])])
        notice = re.match(NOTICE, body[opening:])
        must(notice, "pdf: does not say which characters are not to be seen")
        for c in set("".join(said["unseen"])) if len(said["unseen"]) < 20 else []:
            must(f"U+{ord(c):04X}" in notice.group(), f"pdf: does not name U+{ord(c):04X}")
        body = body[:opening] + body[opening + notice.end() :]
    slices(body, wanted, "pdf")

    with tempfile.TemporaryDirectory() as folder:
        run("pdfdetach", "-saveall", "-o", folder, str(file))
        same((Path(folder) / "note.txt").read_bytes().decode(), text, "pdf, note.txt")
        same((Path(folder) / "note.fhir.json").read_bytes().decode(), document, "pdf, note.fhir.json")


# All of it


def note(folder, number):
    """The forms of one note."""
    notes = folder / "notes"
    read = lambda file: file.read_bytes().decode()  # noqa: E731
    return {
        "said": json.loads(read(notes / f"{number}.json")),
        "text": read(notes / f"{number}.txt"),
        "xhtml": read(notes / f"{number}.xhtml"),
        "document": read(folder / f"note-{number}-document.json"),
        "reference": read(folder / f"note-{number}-DocumentReference.json"),
        "pdf": notes / f"{number}.pdf",
    }


def check_said(said):
    for part in said["parts"]:
        wanted = part["text"] if part["typed"] is None else signed(part["typed"])
        same(part["text"], wanted, f"signed text, {part['title']}")
        must(signed(part["text"]) == part["text"], f"signed text, {part['title']}: not clean")
    for code in said["diagnoses"]:
        must(any(code in p["text"] for p in said["parts"] if p["title"] == "Diagnoses"), f"no {code}")


CHECKS = {
    "said": lambda n: check_said(n["said"]),
    "text": lambda n: check_text(n["text"], n["said"]),
    "xhtml": lambda n: check_xhtml(n["xhtml"], n["said"]),
    "document": lambda n: check_document(n["document"], n["said"]),
    "reference": lambda n: check_reference(n["reference"], n["said"], (n["text"], n["xhtml"], n["document"])),
    "pdf": lambda n: check_pdf(n["pdf"], n["said"], n["text"], n["document"]),
}


def wrong(forms):
    for name, check in CHECKS.items():
        try:
            check(forms)
        except Wrong as error:
            yield f"{name}: {error}"


def replaced(form, old, new):
    def damage(forms):
        must(old in forms[form], f"nothing to break: {old}")
        return {form: forms[form].replace(old, new, 1)}

    return damage


def with_narrative(attack):
    """The attack at the end of the first section's narrative, well-formed."""

    def damage(forms):
        bundle = json.loads(forms["document"])
        text = bundle["entry"][0]["resource"]["section"][0]["text"]
        text["div"] = text["div"].replace("</div>", attack + "</div>")
        return {"document": json.dumps(bundle)}

    return damage


def of_the_first(damage):
    """Damages what is said of the first section."""

    def whole(forms):
        said = json.loads(json.dumps(forms["said"]))
        damage(said["parts"][0])
        return {"said": said}

    return whole


# What must be seen, by which check.
BROKEN = [
    ("a letter dropped when signing", "said", of_the_first(lambda part: part.update(text=part["text"][1:]))),
    ("a section without its title", "text", replaced("text", "ATTESTATION\n", "\n")),
    ("a line of the text that stands at the edge", "text", replaced("text", "\n  ", "\n")),
    ("a signature that somebody else wrote", "text", replaced("text", "Signed by", "Signed for")),
    ("a script", "xhtml", replaced("xhtml", "</div>", "<script>x</script></div>")),
    ("something to click", "xhtml", replaced("xhtml", "<h1>", '<h1 onclick="x">')),
    ("a style that fetches", "xhtml", replaced("xhtml", "pre-wrap", "url(https://x.example/)")),
    ("an entity", "xhtml", replaced("xhtml", "<html", '<!DOCTYPE html [<!ENTITY x "y">]><html')),
    ("a heading in other words", "xhtml", replaced("xhtml", "<h2>", "<h2>No ")),
    ("a line break lost", "xhtml", replaced("xhtml", "<br/>", " ")),
    ("a script in a narrative", "document", with_narrative("<script>x</script>")),
    ("a form in a narrative", "document", with_narrative("<form><input/></form>")),
    ("a frame in a narrative", "document", with_narrative('<iframe src="https://x.example/"/>')),
    ("a link that acts in a narrative", "document", with_narrative('<a href="javascript:x">y</a>')),
    ("a picture from elsewhere in a narrative", "document", with_narrative('<img src="https://x.example/" alt=""/>')),
    ("something to hover in a narrative", "document", with_narrative('<p onmouseover="x">y</p>')),
    ("markup of another kind in a narrative", "document", with_narrative('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    ("more words in a narrative", "document", with_narrative("<p>more</p>")),
    ("another code", "document", replaced("document", '"10154-3"', '"10164-2"')),
    ("another form attached", "reference", lambda forms: {"xhtml": forms["xhtml"] + " "}),
    ("a PDF without the last character of a section", "pdf", lambda f: {"pdf": f["pdf"].parent / "less.pdf"}),
    ("a PDF of another note", "pdf", lambda f: {"pdf": f["pdf"].parent / "001.pdf"}),
    ("a PDF with another text attached", "pdf", lambda f: {"text": f["text"] + " "}),
]


def main():
    folder = Path(sys.argv[1])
    began = time.monotonic()
    numbers = sorted(file.stem for file in (folder / "notes").glob("[0-9]*.json"))
    failures, pages, characters = [], 0, 0
    with ThreadPoolExecutor(2) as pool:
        for number, found in zip(numbers, pool.map(lambda n: list(wrong(note(folder, n))), numbers)):
            failures += [f"{number}  {words}" for words in found]
    for number in numbers:
        said = json.loads((folder / "notes" / f"{number}.json").read_text(encoding="utf-8"))
        pages += said["pages"]
        characters += sum(len(part["text"]) for part in said["parts"])
    for name, by, damage in BROKEN:
        forms = note(folder, numbers[0])
        try:
            CHECKS[by]({**forms, **damage(forms)})
            failures.append(f"broken: {name}: should have been rejected")
        except Wrong as error:
            if "nothing to break" in str(error):
                failures.append(f"broken: {name}: {error}")
    for words in failures:
        print(f"notes  ERROR  {words}", flush=True)
    seconds = time.monotonic() - began
    print(
        f"notes  {len(numbers)} notes ({characters:,} characters) as text, XHTML, document, DocumentReference, PDF "
        f"({pages} pages), {len(BROKEN)} broken copies: {len(failures)} errors, {seconds:.1f} s",
        flush=True,
    )
    sys.exit(1 if failures or not numbers else 0)


main()
