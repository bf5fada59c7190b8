"""Published studies and guidance: which of them a letter cites, and which its signer must know.

The data is in `evidence.toml`. A study whose direction is mixed or against never stands in a
letter; whoever signs sees it beside the draft, with every caution.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from priorauth.letters.appeal_facts import AppealFacts, Fact
from priorauth.terms import Product, Term

_FILE = Path(__file__).with_name("evidence.toml")
MOST = 4
"""Studies cited in one letter: reviewers read a few, and copies are asked for."""


class Direction(Term):
    """Which way a publication speaks."""

    SUPPORTS = "supports", "Supports"
    CONTEXT = "context", "Context"
    MIXED = "mixed", "Mixed"
    AGAINST = "against", "Against"


class Verified(Term):
    """What of a publication was seen."""

    FULL = "full", "Result read"
    RECORD = "record", "Record only"


_CITED = (Direction.SUPPORTS, Direction.CONTEXT)
_CONDITIONS = {
    "depression": {"trd", "mdd"},
    "bipolar": {"bipolar"},
    "ptsd": {"ptsd"},
    "anxiety_ocd": {"anxiety"},
    "suicidality": {"suicidality"},
    "pain": {"chronic_pain"},
    "crps": {"crps", "chronic_pain"},
}
"""Groups of diagnoses, and the conditions that publications are about."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A study, a guideline or an approval. `reference` is the line of a bibliography, "" for an
    approval; `short` is how a talk names it; `reasons` are the denial reasons that it helps to
    answer, empty: any."""

    id: str
    reference: str
    short: str
    says: str
    direction: Direction
    verified: Verified
    conditions: frozenset[str]
    products: frozenset[Product]
    reasons: frozenset[str] = frozenset()
    caution: str = ""
    is_approval: bool = False

    def fact(self) -> Fact:
        """As a letter prints it."""
        return Fact(f"{self.reference} {self.says}".strip(), f"evidence on file: {self.id}")


@cache
def publications() -> tuple[Publication, ...]:
    """Everything on file, in the order of the file."""
    with _FILE.open("rb") as file:
        data = tomllib.load(file)
    return (
        *(_study(row) for row in data["study"]),
        *(_guideline(row) for row in data["guideline"]),
        *(_approval(row) for row in data["approval"]),
    )


def cited(facts: AppealFacts) -> list[Publication]:
    """What a letter cites: approvals that bear on the reasons, a guideline, and a few studies.

    Empty where no given reason turns on evidence, or no publication fits diagnosis and product.
    """
    return chosen(facts.product, facts.groups, {key for key, _ in facts.reasons})


def chosen(
    product: Product, groups: Collection[str], reasons: Collection[str]
) -> list[Publication]:
    """The same for a product, the groups of the diagnoses and the ids of the denial reasons."""
    fitting = [each for each in _about(product, groups) if each.direction in _CITED]
    approvals = [each for each in fitting if each.is_approval]
    others = [
        each for each in fitting if not each.is_approval and not each.reasons.isdisjoint(reasons)
    ]
    studies = [each for each in others if not _is_guideline(each)][:MOST]
    guidelines = sorted(
        (each for each in others if _is_guideline(each)), key=lambda each: "vadod" not in each.id
    )
    if not studies and not guidelines:
        return []
    return [*(approvals if _asks_of_approval(reasons) else []), *studies, *guidelines[:1]]


def studies_cited(facts: AppealFacts) -> list[Publication]:
    """The trials and other studies among them."""
    return [each for each in cited(facts) if not each.is_approval and not _is_guideline(each)]


def is_of_resistance(facts: AppealFacts) -> bool:
    """Whether a study cited was of illness that resists treatment."""
    return any("trd" in each.conditions for each in studies_cited(facts))


def to_know(facts: AppealFacts) -> list[Publication]:
    """What speaks against it or is mixed: for the signer, never for the letter."""
    return speaking_against(facts.product, facts.groups)


def speaking_against(product: Product, groups: Collection[str]) -> list[Publication]:
    """What is mixed or against for a product and the groups of the diagnoses."""
    return [each for each in _about(product, groups) if each.direction not in _CITED]


def _about(product: Product, groups: Collection[str]) -> Iterator[Publication]:
    wanted: set[str] = set()
    for group in groups:
        wanted |= _CONDITIONS.get(group, set())
    for each in publications():
        fits = each.conditions & wanted if each.conditions else wanted
        if product in each.products and fits:
            yield each


def _asks_of_approval(reasons: Collection[str]) -> bool:
    return not {"experimental_investigational", "off_label_exclusion"}.isdisjoint(reasons)


def _is_guideline(each: Publication) -> bool:
    return each.id.startswith("vadod") or each.id in ("cohen2018", "sanacora2017", "mcintyre2021")


def _study(row: dict[str, Any]) -> Publication:
    numbers = [f"doi:{row['doi']}"] if "doi" in row else []
    numbers += [f"PMID {row['pmid']}"] if "pmid" in row else []
    ends = f" {', '.join(numbers)}." if numbers else ""
    reference = (
        f"{row['authors'].rstrip('.')}. {row['title']}. {row['journal']} {row['cite']}.{ends}"
    )
    patients = f"{row['patients']} patients. " if "patients" in row else ""
    return Publication(
        id=row["id"],
        reference=reference,
        short=f"{row['authors'].split(' ')[0].rstrip(',')} {row['year']}, {row['journal']}",
        says=f"{patients}{row['says']}",
        direction=Direction(row["direction"]),
        verified=Verified(row["verified"]),
        conditions=frozenset(row["conditions"]),
        products=frozenset({Product(row["product"])}),
        reasons=frozenset(row["reasons"]),
        caution=row.get("caution", ""),
    )


def _guideline(row: dict[str, Any]) -> Publication:
    return Publication(
        id=row["id"],
        reference=f"{row['body']} {row['title']}, {row['year']}.",
        short=f"{row['body']}, {row['year']}",
        says=row["says"],
        direction=Direction(row["direction"]),
        verified=Verified(row["verified"]),
        conditions=frozenset(row["conditions"]),
        products=frozenset(Product),
        reasons=frozenset(row["reasons"]),
        caution=row.get("caution", ""),
    )


def _approval(row: dict[str, Any]) -> Publication:
    return Publication(
        id=row["id"],
        reference="",
        short="",
        says=row["says"],
        direction=Direction.CONTEXT,
        verified=Verified(row["verified"]),
        conditions=frozenset(row["conditions"]),
        products=frozenset(Product(each) for each in row["products"]),
        is_approval=True,
    )
