"""What an appeal letter may rest on: facts of a case, each with the place where it is recorded.

A fact that nobody recorded is None or missing from its tuple. Nothing here is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from priorauth.terms import AppealLevel, Product

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def say_date(on: date) -> str:
    """A date as American letters write it, in every locale: "September 3, 2026"."""
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


@dataclass(frozen=True, slots=True)
class Fact:
    """`says` is what a letter prints; `source` names the record, `where` is its address or ""."""

    says: str
    source: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """One line that the payer did not grant in full: its code, and the rest in words."""

    code: Fact
    says: Fact


@dataclass(frozen=True, slots=True)
class Wish:
    """A paper that the payer wants; `met_by` names what goes with the letter for it, or None."""

    paper: Fact
    met_by: Fact | None


@dataclass(frozen=True, slots=True)
class Clause:
    """The plan document's own words. `kind` is that of the register; `quote` has no marks."""

    kind: str
    quote: Fact
    place: Fact


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A paper that goes with the letter. `pages` is None until somebody counted them."""

    paper: Fact
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """All that is on file. `groups` are those of the diagnoses (`codes.diagnoses`);
    `plan_types` those of the rulebook; `reasons` maps a denial reason's id to its label."""

    made_on: date
    case_number: Fact
    clinic: Fact
    payer: Fact
    patient: Fact
    product: Product
    level: AppealLevel = AppealLevel.FIRST
    is_expedited: bool = False

    clinic_address: tuple[Fact, ...] = ()
    clinic_phone: Fact | None = None
    clinic_fax: Fact | None = None
    clinic_npi: Fact | None = None
    appeals_address: Fact | None = None
    appeals_fax: Fact | None = None
    reviewing_entity: Fact | None = None
    plan: Fact | None = None
    born: Fact | None = None
    member_id: Fact | None = None
    group_number: Fact | None = None
    reference: Fact | None = None
    submitted_on: Fact | None = None

    denied_on: Fact | None = None
    """The date printed on the notice."""
    told_on: Fact | None = None
    """The day on which the decision was made known, which is no date of a notice."""
    was_told_by_phone: bool = False
    decision_reference: Fact | None = None
    refused: tuple[Refused, ...] = ()
    reasons: tuple[tuple[str, Fact], ...] = ()
    verbatim: Fact | None = None
    first_appeal: Fact | None = None
    """How the first appeal ended, when this is the second."""

    diagnoses: tuple[Fact, ...] = ()
    groups: frozenset[str] = frozenset()
    course: Fact | None = None
    starts_on: Fact | None = None
    urgency_reason: Fact | None = None
    clinician: Fact | None = None
    clinician_npi: Fact | None = None

    trials: tuple[Fact, ...] = ()
    """Those given before the request."""
    trials_since: tuple[Fact, ...] = ()
    """Those begun on its day or since."""
    not_tried: tuple[Fact, ...] = ()
    """Those that were not possible or unsafe."""
    failed_trials: int = 0
    scores: tuple[Fact, ...] = ()
    infusions: Fact | None = None
    approvals: tuple[Fact, ...] = ()

    policy: Fact | None = None
    policy_read: Fact | None = None
    """Since when the policy holds and when somebody last read it."""
    clauses: tuple[Clause, ...] = ()
    wishes: tuple[Wish, ...] = ()
    calls: tuple[Fact, ...] = ()
    talk: Fact | None = None
    enclosed: tuple[Enclosure, ...] = ()

    plan_types: frozenset[str] = frozenset()
    issue_state: str = ""
    is_grandfathered: bool = False
    federal_external_review: bool | None = None
    """Whether the federal process applies, and not a state's; None: not known."""
    answer_limit: Fact | None = None
    answer_rule: Fact | None = None
    lacking: dict[str, str] = field(default_factory=dict)
    """Where what is not on file is recorded, by the name of the fact."""

    def clause(self, kind: str) -> Clause | None:
        """The first clause of that kind."""
        return next((each for each in self.clauses if each.kind == kind), None)

    def all_facts(self) -> Iterator[Fact]:
        """Every fact that is on file."""
        for each in fields(self):
            yield from _facts_in(getattr(self, each.name))


def _facts_in(value: object) -> Iterator[Fact]:
    if isinstance(value, Fact):
        yield value
    elif isinstance(value, (Refused, Wish, Clause, Enclosure)):
        for each in fields(value):
            yield from _facts_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _facts_in(each)
