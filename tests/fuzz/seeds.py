#!/usr/bin/env python3
"""Seeds for the fuzzer: resources of the fixtures, one of each type and shape, small pages of them, documents."""
import gzip
import json
import pathlib

HERE = pathlib.Path(__file__).parent
CORPUS = HERE / "corpus" / "hostile_fhir"
LARGEST = 6000
JSON, RTF, HTML, PLAIN, DRAWN = 4, 0, 1, 2, 3


def shape(resource):
    return (resource["resourceType"], tuple(sorted(resource)))


def resources():
    for file in sorted((HERE.parent / "fixtures").glob("*/*.json*")):
        opened = gzip.open(file, "rt") if file.suffix == ".gz" else open(file)
        with opened as text:
            try:
                body = json.load(text)
            except ValueError:
                continue
        for entry in body.get("entry", []) if isinstance(body, dict) else []:
            if "resource" in entry:
                yield entry["resource"]


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    seeds, seen, page = [], set(), []
    for resource in resources():
        text = json.dumps(resource)
        if shape(resource) in seen or len(text) > LARGEST:
            continue
        seen.add(shape(resource))
        seeds.append((JSON, text.encode()))
        page.append(resource)
    for at in range(0, len(page), 3):
        entries = [{"resource": one} for one in page[at : at + 3]]
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
        seeds.append((JSON, json.dumps(bundle).encode()))
    seeds.append((RTF, rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\b Note\b0\par A1c 8.1 %\u233?\'e9\line{\*\x y}}"))
    seeds.append((HTML, b"<html><head><style>p{}</style></head><body><p>A &lt; B &#233;</p><script>x()</script><table><tr><td>1</td></tr></table>"))
    seeds.append((PLAIN, "Blood pressure 138/86\r\n\t\u2028ok".encode()))
    seeds.append((DRAWN, b"%PDF-1.4\n"))
    for number, (kind, body) in enumerate(seeds):
        (CORPUS / f"seed-{number:03}").write_bytes(bytes([kind]) + body)
    print(f"{len(seeds)} seeds in {CORPUS}")


if __name__ == "__main__":
    main()
