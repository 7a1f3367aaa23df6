"""Rules of FHIR JSON that the two validators do not look at.

https://hl7.org/fhir/R4/json.html: no empty strings, arrays, objects; no null outside arrays.
https://hl7.org/fhir/R4/datatypes.html: no control characters in strings, none above 1 MB; no blanks around codes.
https://hl7.org/fhir/R4/narrative.html: every narrative, at any depth, is well-formed and limited XHTML.
"""

import re
from xml.etree import ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"
ALLOWED = {
    "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "dfn",
    "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "q", "samp",
    "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
    "abbr", "align", "alt", "border", "cellpadding", "cellspacing", "char", "charoff", "cite", "class", "colspan", "dir",
    "headers", "height", "href", "id", "lang", "name", "rowspan", "scope", "span", "src", "style", "summary", "title",
    "valign", "width", "{http://www.w3.org/XML/1998/namespace}lang",
}  # fmt: skip
STYLE = re.compile(r"\s*(?:(?:white-space|unicode-bidi|direction|text-align|font-weight|font-style): ?[a-z-]+;?\s*)*")
LONGEST = 1024 * 1024
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
CODE = re.compile(r"[^\s]+(\s[^\s]+)*")
CODES = {"code", "status", "use", "intent", "priority", "system", "contentType"}


def problems(value, path="", key=""):
    """Yields `path: what is wrong`."""
    if value is None:
        if not path.endswith("]"):
            yield f"{path}: null"
    elif isinstance(value, str):
        if not value:
            yield f"{path}: an empty string"
        elif found := CONTROL.search(value):
            yield f"{path}: the control character U+{ord(found.group()):04X}"
        elif key != "data" and len(value) > LONGEST:
            yield f"{path}: {len(value)} characters"
        elif key in CODES and not CODE.fullmatch(value):
            yield f"{path}: blanks in a code"
        if key == "div":
            yield from narrative(value, path)
    elif isinstance(value, (list, dict)):
        if not value:
            yield f"{path}: empty"
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from problems(item, f"{path}[{index}]", key)
        else:
            for name, item in value.items():
                yield from problems(item, f"{path}.{name}" if path else name, name)


def narrative(text, path):
    if CONTROL.search(text) or "\ufffe" in text or "\uffff" in text:
        yield f"{path}: a character that XML forbids"
        return
    # The rules forbid it, and a parser would follow it.
    if "<!" in text:
        yield f"{path}: a declaration, a comment or an entity of its own"
        return
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        yield f"{path}: no XHTML: {error}"
        return
    if root.tag != XHTML + "div":
        yield f"{path}: not a div"
    if not "".join(root.itertext()).strip() and root.find(f".//{XHTML}img") is None:
        yield f"{path}: without content"
    yield from elements(root, path)


def elements(root, path):
    """Only what the rules allow below here, and nothing that acts or calls out: stricter than txt-1."""
    for element in root.iter():
        name = element.tag.removeprefix(XHTML) if isinstance(element.tag, str) else "?"
        if name not in ALLOWED or not str(element.tag).startswith(XHTML):
            yield f"{path}: <{name}> is not allowed"
        for attribute, value in element.attrib.items():
            if attribute not in ATTRIBUTES:
                yield f"{path}: {attribute} of <{name}> is not allowed"
            elif attribute == "style" and not STYLE.fullmatch(value):
                yield f"{path}: a style that does more than set text: {value}"
            elif attribute in ("href", "src") and not value.startswith("#"):
                yield f"{path}: {attribute} leads out: {value}"
