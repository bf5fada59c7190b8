"""All that the checklist looks at. "", None and an empty list: not on file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from priorauth.readiness.criteria import OnFile, PolicyAsks
from priorauth.terms import LineOfBusiness, Product, Urgency


@dataclass(frozen=True, slots=True)
class DiagnosisSeen:
    """`is_billable` in the official set of the date of service; None: no set on file knows it.

    `judged_by` names the set ("FY2026") when it was not the one of the date of service.
    """

    code: str
    is_billable: bool | None
    judged_by: str = ""


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One code as it is asked for."""

    code: str
    units_per_session: int
    units_total: int
    is_drug: bool = False
    narrative: str = ""


@dataclass(frozen=True, slots=True)
class ClinicianSeen:
    """Who asks or treats."""

    name: str
    npi: str


@dataclass(frozen=True, slots=True)
class Demand:
    """A paper that this payer wants with a request, and whether one of its kind is on the case."""

    id: str
    label: str
    is_met: bool
    is_hard: bool
    source: str


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request before it is sent. Dates are the clinic's days.

    `ways_in` says in words how this payer takes requests ("fax 800-555-0110"), `papers` which
    kinds of clinical papers are on the case. `code_set_wanted` names the ICD-10-CM set of the date
    of service ("FY2027") when it is not on file. `policies` are those that speak of this
    request, each with what is on file of what it asks for.
    """

    today: date
    product: Product
    urgency: Urgency
    urgency_reason: str = ""
    diagnoses: Sequence[DiagnosisSeen] = ()
    lines: Sequence[LineSeen] = ()
    planned_start_on: date | None = None
    planned_sessions: int | None = None
    requesting: ClinicianSeen | None = None
    rendering: ClinicianSeen | None = None
    npi: str = ""
    tin: str = ""
    member_id: str = ""
    group_number: str = ""
    covered_from: date | None = None
    covered_through: date | None = None
    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN
    ways_in: Sequence[str] = ()
    papers: Sequence[str] = ()
    demands: Sequence[Demand] = ()
    code_set_wanted: str = ""
    policies: Sequence[tuple[PolicyAsks, OnFile]] = ()

    @property
    def served_on(self) -> date:
        """The date of service by which codes and coverage are judged: the planned one, or today."""
        return self.planned_start_on or self.today
