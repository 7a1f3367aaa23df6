"""Writes the ICD-10-CM table that the clinical crate embeds, and says where it came from.

Reads the official tabular XML (and, beside it, the list of valid codes) and writes one row per
category and code, sorted by code:

    code without dot <TAB> 1 if billable <TAB> title <TAB> inclusion terms joined by "|"

A title that begins with "~" continues the title of the parent, which is the nearest row above
whose code is a prefix. Run it through `cargo xtask codes`.
"""

import gzip
import hashlib
import io
import pathlib
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
    for section in ET.fromstring(xml).iter("section"):
        for diag in section.findall("diag"):
            walk(diag, None, listed, rows)
    codes = {c for c in listed if "-" not in c and not c.isdigit()}  # no blocks, no chapters
    if codes != set(rows):
        odd = sorted(codes ^ set(rows))
        sys.exit(f"{len(odd)} codes are in only one of XML and list: {odd[:20]}")
    text = table(rows)
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as z:
        z.write(text)
    out = pathlib.Path(out_dir)
    (out / "icd10cm-2026-04.tsv.gz").write_bytes(packed.getvalue())
    billable = sum(1 for r in rows.values() if r[0])
    (out / "PROVENANCE.md").write_text(PROVENANCE.format(
        rows=len(rows), billable=billable, xml=hashlib.sha256(xml).hexdigest(),
        tsv=hashlib.sha256(text).hexdigest(), size=len(packed.getvalue()),
        gz=hashlib.sha256(packed.getvalue()).hexdigest()))
    print(f"{len(rows)} rows, {billable} billable, {len(text)} bytes, {len(packed.getvalue())} packed")


PROVENANCE = """# Where the data in this folder comes from

## icd10cm-2026-04.tsv.gz
The complete ICD-10-CM for discharges and encounters from 2026-04-01 to 2026-09-30:
{rows} categories and codes, {billable} of them billable.

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

## The files written by hand
- `synonyms.tsv`: abbreviations and everyday words, and the words that the table uses for them.
- `common.tsv`: diagnoses that are frequent in outpatient and virtual visits, and how clinicians say
  them. It only orders the results of a search. Chosen by hand from general knowledge, not measured.
- `us-telehealth-2026.rules.tsv`: the visit-code rules; every row names its source and its dates.
"""

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
