"""Compare the clocks with the slow reference on made-up cases.

    python -m tests.priorauth.reference --cases 10000 --seed 7

Prints the seed, how many cases each family of rules had, and every difference (the reference's
answer first). Exit code 0: none. 1: some.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from random import SystemRandom

from priorauth.rulebook.loader import shipped_rulebook
from tests.priorauth.reference.comparing import differences
from tests.priorauth.reference.inventing import FIRST, LAST, ZONES, invent
from tests.priorauth.reference.law import counted, family, read_law

SHOWN = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.priorauth.reference")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--rule", default="", help="only this rule's cases")
    given = parser.parse_args()
    law, rulebook = read_law(), shipped_rulebook()
    print(f"seed {given.seed}, {given.cases} cases, {len(counted(law))} rules with a countdown")
    print(f"starts from {FIRST} to {LAST} in {len(ZONES)} zones")
    families: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    found = []
    for case in invent(law, given.cases, given.seed):
        if given.rule and case.rule != given.rule:
            continue
        families[family(case.rule)] += 1
        rules[case.rule] += 1
        found += differences(case, law, rulebook)
    told = ", ".join(f"{name} {count}" for name, count in sorted(families.items()))
    print(f"cases by family: {told}")
    fewest = min(rules.values(), default=0)
    print(f"{len(rules)} rules compared, each at least {fewest} times")
    for difference in found[:SHOWN]:
        print(difference.told())
    by_rule = Counter(f"{each.case.rule} {each.field}" for each in found)
    for name, count in by_rule.most_common():
        print(f"{count:6} {name}")
    print(f"{len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
