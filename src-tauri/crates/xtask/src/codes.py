"""Writes the ICD-10-CM table that the clinical crate embeds, and says where it came from.

Reads the official tabular XML (and, beside it, the list of valid codes) and writes one row per
category and code, sorted by code:

    code without dot <TAB> 1 if billable <TAB> title <TAB> inclusion terms joined by "|"

A title that begins with "~" continues the title of the parent, which is the nearest row above
whose code is a prefix.

A second file holds what the tabular list says about codes beside each other, one row per place
and kind of note, in the order of the list; what stands at a range or category holds for all below it:

    code or range <TAB> x excludes 1, f code first, a use additional code, c code also
        <TAB> the lines of the note joined by "|"

Run it through `cargo xtask codes`.
"""

import gzip
import hashlib
import io
import pathlib
import re
import sys
import xml.etree.ElementTree as ET


def texts(node, tag):
    return [" ".join(n.text.split()) for group in node.findall(tag) for n in group if n.text]


def extensions(node):
    """The seventh characters that this node defines, or None."""
    group = node.find("sevenChrDef")
    if group is None:
        return None
    return {e.attrib["char"]: " ".join((e.text or "").split()) for e in group.findall("extension")}


KINDS = {"excludes1": "x", "codeFirst": "f", "useAdditionalCode": "a", "codeAlso": "c"}


def notes(node, span, out):
    for tag, kind in KINDS.items():
        lines = texts(node, tag)
        assert not any(c in line for line in lines for c in "|\t\n"), span
        if lines:
            out.append(f"{span.replace('.', '')}\t{kind}\t{'|'.join(lines)}\n")
    for child in node.findall("diag"):
        notes(child, child.findtext("name").strip(), out)


def tabular(root):
    out = []
    for chapter in root.iter("chapter"):
        notes(chapter, re.search(r"\((\w+-\w+)\)$", chapter.findtext("desc").strip())[1], out)
        for section in chapter.findall("section"):
            notes(section, section.attrib["id"], out)
    return "".join(out).encode()


def walk(node, inherited, valid, rows):
    code = node.findtext("name").strip().replace(".", "")
    title = " ".join(node.findtext("desc").split())
    own = extensions(node)
    sevenths = own if own is not None else inherited
    children = node.findall("diag")
    leaves = []
    if not children and sevenths:
        stem = code.ljust(6, "X")
        leaves = [(stem + c, f"{title}, {words}") for c, words in sevenths.items() if stem + c in valid]
    rows[code] = (not children and not leaves, title, texts(node, "inclusionTerm"))
    for leaf, words in leaves:
        rows[leaf] = (True, words, [])
    for child in children:
        walk(child, sevenths, valid, rows)


def table(rows):
    out, above = [], []
    for code in sorted(rows):
        billable, title, terms = rows[code]
        while above and not code.startswith(above[-1]):
            above.pop()
        parent = rows[above[-1]][1] if above else None
        if parent and title.startswith(parent) and not title[len(parent):len(parent) + 1].isalnum():
            title = "~" + title[len(parent):]
        above.append(code)
        fields = [code, "1" if billable else "0", title, "|".join(t.replace("|", "/") for t in terms)]
        assert not any(c in f for f in fields for c in "\t\n"), code
        out.append("\t".join(fields).rstrip("\t") + "\n")
    return "".join(out).encode()


def main(xml_path, out_dir):
    xml = pathlib.Path(xml_path).read_bytes()
    lists = sorted(pathlib.Path(xml_path).parent.glob("code-list-*.txt"))
    if len(lists) != 1:
        sys.exit(f"beside {xml_path} there must be exactly one code-list-*.txt, the list of valid codes")
    listed = {line.split()[0].replace(".", "") for line in lists[0].read_text().splitlines() if line.strip()}
    rows = {}
    root = ET.fromstring(xml)
    for section in root.iter("section"):
        for diag in section.findall("diag"):
            walk(diag, None, listed, rows)
    codes = {c for c in listed if "-" not in c and not c.isdigit()}  # no blocks, no chapters
    if codes != set(rows):
        odd = sorted(codes ^ set(rows))
        sys.exit(f"{len(odd)} codes are in only one of XML and list: {odd[:20]}")
    out = pathlib.Path(out_dir)
    text, about = table(rows), tabular(root)
    packed = pack(text, out / "icd10cm-2026-04.tsv.gz")
    packed_notes = pack(about, out / "icd10cm-2026-04.notes.tsv.gz")
    billable = sum(1 for r in rows.values() if r[0])
    digest = lambda data: hashlib.sha256(data).hexdigest()
    about_words = re.search(r"^## words\.txt\.gz\n.*?(?=^## )", (out / "PROVENANCE.md").read_text(), re.S | re.M)
    (out / "PROVENANCE.md").write_text(PROVENANCE.format(
        words=about_words[0] if about_words else "",
        rows=len(rows), billable=billable, xml=digest(xml), tsv=digest(text), size=len(packed),
        gz=digest(packed), notes=about.count(b"\n"), notes_tsv=digest(about), notes_size=len(packed_notes),
        notes_gz=digest(packed_notes)))
    print(f"{len(rows)} rows, {billable} billable, {len(text)} bytes, {len(packed)} packed")
    print(f"{about.count(b'|') + about.count(10)} notes, {len(about)} bytes, {len(packed_notes)} packed")


def pack(text, path):
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as z:
        z.write(text)
    path.write_bytes(packed.getvalue())
    return packed.getvalue()


PROVENANCE = """# Where the data in this folder comes from

## icd10cm-2026-04.tsv.gz and icd10cm-2026-04.notes.tsv.gz
The complete ICD-10-CM for discharges and encounters from 2026-04-01 to 2026-09-30:
{rows} categories and codes, {billable} of them billable; and what the tabular list says at {notes} places
about codes beside each other: excludes 1, code first, use additional code, code also.

- **Source**: the official tabular list `icd10c-tabular-April-1-2026.xml` of the National Center for
  Health Statistics (CDC) and CMS, as carried by the PyPI package `simple-icd-10-cm` 1.5.0 together
  with its list of valid codes. Seventh-character codes are written out from the tabular list's own
  definitions, and only where the list of valid codes has them.
- **Licence**: ICD-10-CM is a work of the US government and free to use in the United States. The
  package around it is MIT (c) 2021-2026 Stefano Travasci; none of its program is shipped.
- **Rebuild**: `cargo xtask codes` (needs `python3` and a package index), or
  `cargo xtask codes path/to/icd10c-tabular-April-1-2026.xml` with `code-list-April-2026.txt` beside it.

| SHA-256 of | |
|---|---|
| the XML | `{xml}` |
| the table, unpacked | `{tsv}` |
| the table, packed ({size} bytes) | `{gz}` |
| the notes, unpacked | `{notes_tsv}` |
| the notes, packed ({notes_size} bytes) | `{notes_gz}` |

{words}## The files written by hand
- `synonyms.tsv`: abbreviations and everyday words, and the words that the table uses for them.
- `clinical-words.txt`: words of clinical notes for the spelling, from general knowledge.
- `common.tsv`: diagnoses that are frequent in outpatient and virtual visits, and how clinicians say
  them. It only orders the results of a search. Chosen by hand from general knowledge, not measured.
  Extended from general knowledge of how people ask, and from the tuning half of
  `tests/fixtures/coding/icd10-queries.csv`; never from the half that is held out.
- `us-telehealth-2026.rules.tsv`, `us-medicare-2026.rules.tsv`, `us-commercial-2026.rules.tsv`: the rules of
  visit codes and services; what is common to all payers, then what a payer does on its own. Every row
  names its source and its dates. Tried by `tests/fixtures/coding/visit-codes.tsv` and `services.tsv`.
"""

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
