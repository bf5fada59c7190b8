"""The rule files as plain tables: read with `tomllib`, not with the product's loader."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import priorauth

AUTHORITIES = Path(priorauth.__file__).parent / "rulebook" / "authorities"

Rule = dict[str, Any]  # a [[rule]] as it stands, and its file's "jurisdiction"
Law = dict[str, Rule]


def read_law(folder: Path = AUTHORITIES) -> Law:
    law: Law = {}
    for file in sorted(folder.rglob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        for table in content["rule"]:
            assert table["id"] not in law, table["id"]
            law[table["id"]] = {**table, "jurisdiction": content["authority"]["jurisdiction"]}
    return law


def counted(law: Law) -> list[str]:
    """The rules with something to count; amount 0 is a consequence."""
    return [name for name, rule in law.items() if rule["amount"] > 0]


def state_of(rule: Rule) -> str:
    jurisdiction: str = rule["jurisdiction"]
    return jurisdiction[3:] if jurisdiction.startswith("US-") else ""


def binds(rule: Rule) -> bool:
    """Whether its date may be called a legal limit.

    The research, in its key to the rows: expectations, announcements and reliefs are no limits, and
    docs/clocks.md of a payer's own window: "it is never a legal limit".
    """
    return rule["jurisdiction"] not in ("baseline", "policy") and rule.get("basis", "law") not in (
        "expectation",
        "announced_not_confirmed",
        "special_relief",
    )


def family(name: str) -> str:
    """Under which heading a rule is told: baseline, federal, policy or its state."""
    head, _, rest = name.partition("-")
    return f"{head}-{rest[:2]}" if head == "st" else f"{head}-{rest.split('-')[0]}"
