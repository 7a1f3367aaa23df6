"""Diagnosis search over the package simple-icd-10-cm, asked line by line.

The package gives the codes and their words but has no search of its own. This is what its users
write: a code that is typed, else every code in whose description, or in one of whose inclusion
terms, all the typed words stand; the shortest description first. A line in is a query; a line out,
the milliseconds that it took and the first ten codes.
"""

import json
import sys
import time

import simple_icd_10_cm as icd

CODES = [c for c in icd.get_all_codes(with_dots=True) if icd.is_category_or_subcategory(c)]
WORDS = [(c, len(d), "\n".join([d, *icd.get_inclusion_term(c)]).lower())
         for c in CODES for d in [icd.get_description(c)]]


def search(query):
    if icd.is_valid_item(query) and icd.is_category_or_subcategory(query):
        return [icd.add_dot(icd.remove_dot(query))]
    typed = query.lower().split()
    found = [(length, code) for code, length, text in WORDS if all(word in text for word in typed)]
    return [code for _, code in sorted(found)[:10]]


print(len(WORDS), flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    codes = search(line.rstrip("\n"))
    took = (time.perf_counter() - began) * 1000
    print(json.dumps({"ms": took, "codes": codes}), flush=True)
