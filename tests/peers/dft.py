"""python dft.py FILE...

Reads every DFT^P03 with hl7apy, strictly by HL7 v2.5.1, and looks at what hl7apy does not: what stands between the
segments, their order and numbers, lengths, escapes, and that every charge names diagnoses that are there and no
descriptor. Where FILE.json stands beside FILE, the values are held against it, without their escapes:

    {"PID-5.1": "O'Hara|Núñez", "FT1[2]-26[1].1": "GT"}

(the second FT1, the first repetition of its field 26, the first component; 1 where no number stands).

Copies of the first message that are broken on purpose must each be rejected; it needs a charge with a diagnosis and
a name with a delimiter in it for all of them. Exit code 0 only when all that holds.
"""

import json
import re
import sys
import tempfile
import time
from pathlib import Path

from hl7apy.base_datatypes import TextualDataType
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message

ORDER = re.compile("MSH EVN PID PV1( FT1)+( DG1)*")
CODES = {"C4": re.compile("[0-9]{4}[0-9A-Z]"), "HCPCS": re.compile("[A-Z][0-9]{4}")}
ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
ESCAPES = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\"}
# In characters: chapters 2.15.9.10 and 6.5.1.2.
LONGEST = {"MSH-10": 20, "FT1-2": 12}
PLACE = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[(\d+)])?-(\d+)(?:\[(\d+)])?(?:\.(\d+))?")

# What hl7apy's tables do not have: I10C came to table 0396 after 2.5.1; of table 0359 it knows 0, 1 and "2 _", which
# stands for 2 and above.
KNOWN = re.compile(r"Warning: Value (I10C not in table HL70396|([2-9]|\d\d) not in table HL70359) .*")


class Message:
    """What hl7apy read. Segments, repetitions and components count from 1."""

    def __init__(self, text):
        self.tree = parse_message(text, validation_level=VALIDATION_LEVEL.STRICT, find_groups=True)
        self.segments = {}
        self.gather(self.tree)

    def gather(self, element):
        for child in element.children:
            if child.classname == "Segment":
                self.segments.setdefault(child.name, []).append(child)
            else:
                self.gather(child)

    def fields(self, name, place, field):
        segments = self.segments.get(name, [])
        if place > len(segments):
            return []
        return list(segments[place - 1].children.get(f"{name}_{field}"))

    def value(self, name, place, field, repetition=1, component=1):
        """A value without its escapes; nothing is the empty string."""
        found = self.fields(name, place, field)
        if repetition > len(found):
            return ""
        parts = found[repetition - 1].children
        if len(parts) == 1 and "_" not in parts[0].name:
            return unescaped(raw(parts[0])) if component == 1 else ""
        return "".join(unescaped(raw(part)) for part in parts if part.name.endswith(f"_{component}"))

    def at(self, place):
        found = PLACE.fullmatch(place)
        name, segment, field, repetition, component = found.groups("1")
        return self.value(name, int(segment), int(field), int(repetition), int(component))

    def coded(self, name, place, field, repetition=1):
        return tuple(self.value(name, place, field, repetition, component) for component in (1, 2, 3))


def raw(element):
    """As it stood in the message: writing it again would escape some of it twice."""
    if element.classname != "SubComponent":
        return "&".join(raw(child) for child in element.children)
    return element.value.value if isinstance(element.value, TextualDataType) else element.value.to_er7()


def unescaped(text):
    parts = text.split("\\")
    return "".join(ESCAPES.get(part, "\ufffd") if n % 2 else part for n, part in enumerate(parts))


def problems(data, said):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"not UTF-8: {error}"
        return
    if not text.endswith("\r") or re.search("[\x00-\x0c\x0e-\x1f\x7f-\x9f]", text):
        yield "a segment without its carriage return, or another control character"
    names = " ".join(line[:3] for line in text.split("\r")[:-1])
    if not ORDER.fullmatch(names):
        yield f"order: {names}"
    if "\\" in re.sub(r"\\[FSTRE]\\", "", text.replace("|^~\\&|", "", 1)):
        yield "an escape that the standard does not have in such fields"
    try:
        message = Message(text)
    except (HL7apyException, ValueError) as error:
        yield f"hl7apy: {type(error).__name__}: {error}"
        return
    yield from remarks(message)
    yield from rules(message)
    for place, value in said.items():
        if message.at(place) != value:
            yield f"{place}: {message.at(place)!r} for {value!r}"


def remarks(message):
    """All that hl7apy has against it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.txt"
        try:
            message.tree.validate(report_file=report)
        except HL7apyException:
            pass
        for line in report.read_text().splitlines():
            if not KNOWN.fullmatch(line):
                yield f"hl7apy: {line}"


def rules(message):
    expected = {
        "MSH-9.1": "DFT",
        "MSH-9.2": "P03",
        "MSH-9.3": "DFT_P03",
        "MSH-12": "2.5.1",
        "MSH-18": "UNICODE UTF-8",
        "EVN-1": "P03",
        "EVN-2": message.at("MSH-7"),
        "PV1-2": "O",
    }
    for place, value in expected.items():
        if message.at(place) != value:
            yield f"{place}: {message.at(place)!r} for {value!r}"
    if message.tree.name != "DFT_P03":
        yield f"structure {message.tree.name}"
    if message.at("MSH-11") not in ("P", "T") or not 0 < len(message.at("MSH-10")) <= LONGEST["MSH-10"]:
        yield "MSH-10 or MSH-11"
    if not re.fullmatch(r"\d{14}\+0000", message.at("MSH-7")):
        yield "MSH-7: not a second in UTC"

    diagnoses = []
    for n in range(1, len(message.segments.get("DG1", [])) + 1):
        at = f"DG1[{n}]"
        diagnoses.append(message.coded("DG1", n, 3))
        code, _, system = diagnoses[-1]
        if not ICD10.fullmatch(code) or system != "I10C":
            yield f"{at}-3: {code!r} of {system!r}"
        if (message.at(f"{at}-1"), message.at(f"{at}-6"), message.at(f"{at}-15")) != (str(n), "F", str(n)):
            yield f"{at}: number, type or priority"
    ids = set()
    for n in range(1, len(message.segments.get("FT1", [])) + 1):
        at = f"FT1[{n}]"
        code, descriptor, system = message.coded("FT1", n, 7)
        if system not in CODES or not CODES[system].fullmatch(code) or descriptor:
            yield f"{at}-7: {code!r}, {descriptor!r} of {system!r}"
        if message.coded("FT1", n, 25) != (code, descriptor, system):
            yield f"{at}-25: another code than FT1-7"
        if message.at(f"{at}-1") != str(n) or message.at(f"{at}-6") != "CG":
            yield f"{at}: number or type"
        if not 0 < len(message.at(f"{at}-2")) <= LONGEST["FT1-2"] or message.at(f"{at}-2") in ids:
            yield f"{at}-2: {message.at(f'{at}-2')!r}"
        ids.add(message.at(f"{at}-2"))
        if not re.fullmatch(r"\d{8}", message.at(f"{at}-4")) or not re.fullmatch(r"[1-9]\d*", message.at(f"{at}-10")):
            yield f"{at}: day or units"
        if not re.fullmatch(r"\d\d", message.at(f"{at}-16")):
            yield f"{at}-16: {message.at(f'{at}-16')!r} is no place of service"
        for repetition in range(1, len(message.fields("FT1", n, 19)) + 1):
            if message.coded("FT1", n, 19, repetition) not in diagnoses:
                yield f"{at}-19[{repetition}]: a diagnosis that no DG1 has"
        for repetition in range(1, len(message.fields("FT1", n, 26)) + 1):
            modifier, descriptor, system = message.coded("FT1", n, 26, repetition)
            if not re.fullmatch("[0-9A-Z]{2}", modifier) or descriptor or system not in ("CPTM", "HCPCS"):
                yield f"{at}-26[{repetition}]: {modifier!r} of {system!r}"


# What must be seen: a pattern and what stands there instead.
BROKEN = [
    ("line feeds between segments", "\r", "\n"),
    ("no last carriage return", "\r$", ""),
    ("no event", "\rEVN[^\r]*", ""),
    ("diagnoses before charges", "(\rFT1.*?)(\rDG1.*)(?=\r$)", r"\2\1"),
    ("a segment of another message", "\rPV1", "\rOBX|1\rPV1"),
    ("another structure", r"DFT\^P03\^DFT_P03", "ADT^A01^ADT_A01"),
    ("a control id that is too long", r"(\^DFT_P03\|)", r"\g<1>" + "0" * 21),
    ("no transaction code", r"\|CG\|[^|]*", "|CG|"),
    ("a descriptor", r"\^\^C4", "^Office visit^C4"),
    ("another code billed than done", r"(\rFT1\|1\|[^\r]*\|)\w{5}(\^\^(C4|HCPCS))", r"\g<1>00001\2"),
    ("a component too many", r"\^C4\|", "^C4^a^b^c^d|"),
    ("units in words", r"(\|CG\|[^|]*\|\|\|)\d+", r"\1two"),
    ("a day of service as FHIR has it", r"\|(\d{4})(\d\d)(\d\d)\|\|CG", r"|\1-\2-\3||CG"),
    ("a transaction id that is too long", r"(\rFT1\|1\|)", r"\g<1>123"),
    ("a diagnosis that is not there", r"\rDG1\|1[^\r]*", ""),
    ("an escape that there is not", r"(\rPID\|[^\r]*)\\F\\", r"\1\\Q\\"),
    ("a delimiter that is not escaped", r"(\rPID\|[^\r]*)\\F\\", r"\1|"),
    ("a letter lost in a title", r"(\rFT1\|1\|[^\r]*\^).(?=[^^|~]*\^I10C)", r"\1"),
]


def main():
    began = time.monotonic()
    files = [Path(name) for name in sys.argv[1:]]
    failures = []
    for file in files:
        failures += [f"{file.name}  {words}" for words in problems(file.read_bytes(), beside(file))]
    broken = 0
    for name, pattern, instead in BROKEN if files else []:
        text = files[0].read_bytes().decode("utf-8")
        copy = re.sub(pattern, instead, text, flags=re.DOTALL)
        broken += copy != text
        if copy != text and not list(problems(copy.encode(), beside(files[0]))):
            failures.append(f"broken: {name}: should have been rejected")
    for words in failures:
        print(f"dft  ERROR  {words}", flush=True)
    seconds = time.monotonic() - began
    print(f"dft  {len(files)} messages, {broken} broken copies: {len(failures)} errors, {seconds:.1f} s", flush=True)
    sys.exit(1 if failures or not files else 0)


def beside(file):
    said = file.with_name(file.name + ".json")
    return json.loads(said.read_text(encoding="utf-8")) if said.exists() else {}


main()
