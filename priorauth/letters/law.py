"""What a letter says of the law beside time limits: only what was seen, in force, for this plan.

The data is in `law.toml`; limits come from the rulebook.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from priorauth.letters.appeal_facts import AppealFacts, Fact
from priorauth.terms import Product, Term

_FILE = Path(__file__).with_name("law.toml")
MENTAL_HEALTH = frozenset({"depression", "bipolar", "ptsd", "anxiety_ocd", "suicidality"})
"""Groups of diagnoses for which parity law speaks."""


class Certainty(Term):
    """What of a section was seen."""

    TEXT_SEEN = "text_seen", "Text seen"
    STATUS_SEEN = "status_seen", "In force, as read elsewhere"
    FROM_KNOWLEDGE = "from_knowledge", "Believed, text not on file"


@dataclass(frozen=True, slots=True)
class Hook:
    """One thing that a section gives. `says` and `asks` are sentences, "" for none.

    `cite` is "" where it depends on the plan; it is filled in once the hook is taken for one.
    """

    id: str
    cite: str
    plan_types: frozenset[str]
    not_for: frozenset[str]
    state: str
    effective_from: date | None
    effective_to: date | None
    certainty: Certainty
    is_mental_health: bool
    only_for: frozenset[str]
    says: str
    asks: str
    caution: str
    cites: Mapping[str, str] = field(default_factory=dict)
    federal_external_review: bool | None = None
    products: frozenset[Product] = frozenset()

    @property
    def told(self) -> str:
        """What it says, or else asks for, with its section."""
        return (self.says_fact() if self.says else self.asks_fact()).says

    def says_fact(self) -> Fact:
        """The sentence with its section."""
        return Fact(self.says.replace("{cite}", self.cite), f"law on file: {self.id}")

    def asks_fact(self) -> Fact:
        """The request with its section."""
        return Fact(self.asks.replace("{cite}", self.cite), f"law on file: {self.id}")


@cache
def hooks() -> tuple[Hook, ...]:
    """All on file, in the order of the file."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["hook"]
    return tuple(
        Hook(
            id=row["id"],
            cite=row.get("cite", ""),
            plan_types=frozenset(row["cites"] if "cites" in row else row["plan_types"]),
            not_for=frozenset(row.get("not_for", ())),
            state=row.get("state", ""),
            effective_from=row.get("effective_from"),
            effective_to=row.get("effective_to"),
            certainty=Certainty(row["certainty"]),
            is_mental_health=row["mental_health"],
            only_for=frozenset(row["only_for"]),
            says=row["says"],
            asks=row["asks"],
            caution=row.get("caution", ""),
            cites=row.get("cites", {}),
            federal_external_review=row.get("federal_external_review"),
            products=frozenset(Product(each) for each in row.get("products", ())),
        )
        for row in rows
    )


def cited(facts: AppealFacts) -> list[Hook]:
    """The hooks that a letter of that day for that plan may cite."""
    return [each for each in _reaching(facts) if not _is_believed(each, facts)]


def believed(facts: AppealFacts) -> list[Hook]:
    """Those that would fit and of which the text, or whether it is this plan's, is not sure.

    They are for the signer, not for the letter.
    """
    return [each for each in _reaching(facts) if _is_believed(each, facts)]


def _is_believed(hook: Hook, facts: AppealFacts) -> bool:
    is_unsure = hook.federal_external_review is not None and facts.federal_external_review is None
    return is_unsure or hook.certainty is Certainty.FROM_KNOWLEDGE


def _reaching(facts: AppealFacts) -> list[Hook]:
    types = _types(facts)
    return [
        replace(each, cite=each.cite or next(v for k, v in each.cites.items() if k in types))
        for each in hooks()
        if _reaches(each, facts)
    ]


def _types(facts: AppealFacts) -> frozenset[str]:
    return facts.plan_types | ({"grandfathered"} if facts.is_grandfathered else frozenset())


def _reaches(hook: Hook, facts: AppealFacts) -> bool:
    types = _types(facts)
    reasons = {key for key, _ in facts.reasons}
    process = facts.federal_external_review
    return (
        not hook.plan_types.isdisjoint(types)
        and hook.not_for.isdisjoint(types)
        and (not hook.state or hook.state == facts.issue_state.upper())
        and (hook.effective_from is None or facts.made_on >= hook.effective_from)
        and (hook.effective_to is None or facts.made_on <= hook.effective_to)
        and (not hook.is_mental_health or not MENTAL_HEALTH.isdisjoint(facts.groups))
        and (not hook.only_for or not hook.only_for.isdisjoint(reasons))
        and (
            None in (hook.federal_external_review, process)
            or process is hook.federal_external_review
        )
        # To argue off-label use of a drug used as labeled would grant that it is not.
        and (
            not hook.products or facts.product in hook.products or "off_label_exclusion" in reasons
        )
    )
