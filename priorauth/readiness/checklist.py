"""The points that a request is looked over for before it is sent, in the order of a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from priorauth.calendars.wording import say_count, say_day
from priorauth.codes import ein, npi, procedure
from priorauth.errors import InvalidCode
from priorauth.readiness.criteria import compare
from priorauth.readiness.point import Mend, Point
from priorauth.readiness.seen import ClinicianSeen, Demand, RequestSeen
from priorauth.terms import LineOfBusiness, Product, Urgency

_ROUTE = re.compile(
    r"\b(iv|i\.v|intravenous\w*|infusion|im|i\.m|intramuscular\w*|nasal\w*|intranasal\w*"
    r"|sc|subcutaneous\w*|oral\w*|po)\b",
    re.IGNORECASE,
)
_NO_CODE_OF_ITS_OWN = "J3490"
_LOAD_IT = "The owner loads it; codes change each 1 October."
_DRUG_WITH_THE_VISIT = frozenset({"G2082", "G2083"})


def checklist(seen: RequestSeen) -> list[Point]:
    """Every point with how it stands, those that are ready too."""
    return [
        _member_id(seen),
        _group(seen),
        _coverage(seen),
        _plan(seen),
        _clinician("requesting", seen.requesting, is_hard=True),
        _clinician("rendering", seen.rendering or seen.requesting, is_hard=False),
        _numbers(seen),
        _diagnoses(seen),
        _lines(seen),
        _drug(seen),
        _dates(seen),
        _urgency(seen),
        _papers(seen),
        *(_demanded(each) for each in seen.demands),
        *(point for asks, on_file in seen.policies for point in compare(asks, on_file)),
        _way_in(seen),
        _consent(),
    ]


def stops(points: Iterable[Point]) -> list[Point]:
    """The points that stop the submission."""
    return [point for point in points if point.stops]


# ------------------------------------------------------------------ the member and the plan


def _member_id(seen: RequestSeen) -> Point:
    point = Point("member_id", "Member ID", Mend.COVERAGE, "member_id", is_hard=True)
    if not seen.member_id.strip():
        return point.missing("None is on file: enter it as on the card.")
    return point.ok(seen.member_id)


def _group(seen: RequestSeen) -> Point:
    point = Point("group_number", "Group number", Mend.COVERAGE, "group_number")
    if not seen.group_number.strip():
        return point.unclear("None is on file. Some cards have none: look at the card.")
    return point.ok(seen.group_number)


def _coverage(seen: RequestSeen) -> Point:
    point = Point("coverage", "Coverage on the day", Mend.COVERAGE, "effective_from", is_hard=True)
    day = say_day(seen.served_on)
    first, last = seen.covered_from, seen.covered_through
    if first and seen.served_on < first:
        return point.missing(
            f"It begins {say_day(first)}, after {day}: choose the coverage of that day, or mend it."
        )
    if last and seen.served_on > last:
        return point.missing(
            f"It ended {say_day(last)}, before {day}: choose the coverage of that day, or mend it.",
            field="effective_through",
        )
    if first is None:
        return point.unclear(
            f"Its first day is not on file, so nobody knows whether it holds on {day}. "
            "Check eligibility."
        )
    return point.ok(f"Holds on {day}.")


def _plan(seen: RequestSeen) -> Point:
    source = "Decides which law sets the payer's limit"
    point = Point("plan", "Kind of plan", Mend.PLAN, "line_of_business", source=source)
    if seen.line_of_business is LineOfBusiness.UNKNOWN:
        return point.missing(
            "Not known yet: no legal limit can be named for the payer. Ask at eligibility."
        )
    return point.ok(seen.line_of_business.label)


# ------------------------------------------------------------------ who asks


def _clinician(part: str, who: ClinicianSeen | None, *, is_hard: bool) -> Point:
    label = f"{part.capitalize()} clinician"
    point = Point(part, label, Mend(part), "npi", is_hard, source="45 CFR 162.410")
    if who is None:
        return point.missing(
            "Nobody is chosen: every request names one, with NPI.",
            mend=Mend.DRAFT,
            field=f"{part}_clinician",
        )
    try:
        return point.ok(f"{who.name}, NPI {npi.validate(who.npi)}")
    except InvalidCode as error:
        return point.missing(f"{who.name}: {error}")


def _numbers(seen: RequestSeen) -> Point:
    point = Point(
        "numbers", "Clinic's NPI and tax ID", Mend.CLINIC, "npi", True, source="45 CFR 162.410"
    )
    try:
        number = npi.validate(seen.npi)
    except InvalidCode as error:
        return point.missing(str(error))
    try:
        return point.ok(f"NPI {number}, tax ID {ein.format(seen.tin)}")
    except InvalidCode as error:
        return point.missing(str(error), field="tin")


# ------------------------------------------------------------------ what is asked


def _diagnoses(seen: RequestSeen) -> Point:
    source = "ICD-10-CM of the date of service, 45 CFR 162.1002"
    point = Point("diagnoses", "Diagnoses", Mend.DRAFT, "dx_1", is_hard=True, source=source)
    if not seen.diagnoses:
        return point.missing("None is entered: enter at least one, such as F33.2.")
    day = say_day(seen.served_on)
    wrong = [each.code for each in seen.diagnoses if each.is_billable is False]
    if wrong:
        return point.missing(f"{_named(wrong)} may not be billed on {day}: enter the full code.")
    lacks = f"{seen.code_set_wanted or f'the set for {day}'} is not loaded"
    unchecked = [each.code for each in seen.diagnoses if each.is_billable is None]
    if unchecked:
        says = f"{_named(unchecked)} not checked: no set on file knows it, and {lacks}."
        return point.unclear(f"{says} {_LOAD_IT}", mend=Mend.CODE_SETS)
    elsewhere = [each for each in seen.diagnoses if each.judged_by]
    if elsewhere:
        named, by = _named([each.code for each in elsewhere]), elsewhere[0].judged_by
        says = f"{named}: valid in {by}, {_nearest(seen, by)} set on file; {lacks}."
        return point.caution(f"{says} {_LOAD_IT}", mend=Mend.CODE_SETS)
    return point.ok(f"{_named([each.code for each in seen.diagnoses])}, billable on {day}.")


def _nearest(seen: RequestSeen, by: str) -> str:
    return "the newest" if by < seen.code_set_wanted else "the nearest"


def _lines(seen: RequestSeen) -> Point:
    point = Point("lines", "Codes and units", Mend.DRAFT, "line_1_code", is_hard=True)
    if not seen.lines:
        return point.missing("No code is asked for: enter at least one, such as 96365.")
    for place, line in enumerate(seen.lines, start=1):
        try:
            procedure.validate(line.code, seen.served_on)
        except InvalidCode as error:
            return point.missing(str(error), field=f"line_{place}_code")
        if not (line.units_per_session and line.units_total):
            return point.missing(
                f"{line.code} has no units: enter them for a session and in all.",
                field=f"line_{place}_per_session",
            )
    return point.ok(_named([f"{line.code} x {line.units_total}" for line in seen.lines]))


def _drug(seen: RequestSeen) -> Point:
    is_spray = seen.product is Product.ESKETAMINE
    point = Point("drug", "Drug and route", Mend.DRAFT, f"line_{len(seen.lines) + 1}_code")
    drugs = [(place, line) for place, line in enumerate(seen.lines, start=1) if line.is_drug]
    if not drugs:
        if is_spray and any(line.code in _DRUG_WITH_THE_VISIT for line in seen.lines):
            return point.ok("The visit's code includes the drug.")
        wanted = "J0013" if is_spray else _NO_CODE_OF_ITS_OWN
        return point.missing(f"No drug is asked for: most payers want {wanted} too.")
    for place, line in drugs:
        words = f"line_{place}_narrative"
        if line.code == _NO_CODE_OF_ITS_OWN and not line.narrative.strip():
            return point.missing(
                f"{line.code} tells nothing by itself: write drug, strength, dose and route.",
                field=words,
            )
        if line.code == _NO_CODE_OF_ITS_OWN and not _ROUTE.search(line.narrative):
            return point.unclear(
                f"The words beside {line.code} name no route, such as IV.", field=words
            )
    return point.ok(_named([line.narrative or line.code for _, line in drugs]))


def _dates(seen: RequestSeen) -> Point:
    point = Point("dates", "Planned dates", Mend.DRAFT, "planned_start_on")
    if seen.planned_start_on is None:
        return point.missing("No first day is planned: forms ask from when.")
    if not seen.planned_sessions:
        return point.missing("How many sessions are asked for lacks.", field="planned_sessions")
    day = say_day(seen.planned_start_on)
    if seen.planned_start_on < seen.today:
        return point.unclear(f"The first day planned, {day}, has passed: is it still meant?")
    return point.ok(f"{say_count(seen.planned_sessions, 'sessions')} from {day}.")


def _urgency(seen: RequestSeen) -> Point:
    source = "29 CFR 2560.503-1(m)(1): a clinician who knows the case says so"
    point = Point("urgency", "Urgency", Mend.DRAFT, "urgency_reason", is_hard=True, source=source)
    if seen.urgency is not Urgency.EXPEDITED:
        return point.ok("Standard.")
    if not seen.urgency_reason.strip():
        return point.missing(
            "Urgent, but without the clinician's reason: what harm could a standard wait do?"
        )
    return point.ok("Urgent, with the clinician's reason.")


# ------------------------------------------------------------------ papers and ways


def _papers(seen: RequestSeen) -> Point:
    point = Point("papers", "Clinical papers", Mend.DOCUMENT, "file")
    if not seen.papers:
        return point.missing(
            "Nothing here shows which treatments failed: add notes or a letter of necessity."
        )
    return point.ok(_named(seen.papers))


def _demanded(demand: Demand) -> Point:
    point = Point(
        demand.id, demand.label, Mend.DOCUMENT, "file", demand.is_hard, source=demand.source
    )
    if demand.is_met:
        return point.ok("On the case.")
    return point.missing("This payer wants it with the request, and none is on the case.")


def _way_in(seen: RequestSeen) -> Point:
    point = Point("way_in", "How this payer takes requests", Mend.PAYER, "portal_url")
    if not seen.ways_in:
        return point.missing("Neither portal, fax nor phone of this payer is on file.")
    return point.ok(_named(seen.ways_in))


def _consent() -> Point:
    return Point("consent", "Patient's consent", source="45 CFR 164.506(c)").ok(
        "Not needed to ask for coverage; an appeal in the patient's name needs it."
    )


def _named(words: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(words))
