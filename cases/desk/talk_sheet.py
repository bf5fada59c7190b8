"""One press before a peer-to-peer: the clinician's sheet, from what is on file of the case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.after_saving import confirmed
from cases.desk.at_case import AtCase, read_case
from cases.desk.deadline_words import Dates, describe, task
from cases.desk.on_file import say_stance
from cases.models import (
    Deadline,
    Determination,
    Document,
    PeerToPeer,
    PriorAuthRequest,
    ServiceLine,
)
from cases.models.contacts import DocumentKind
from cases.models.deadlines import LIVE
from cases.models.determinations import ToldBy
from cases.models.payers import PhoneLineKind
from cases.models.plan_clauses import ClauseKind
from cases.queries.appeal_facts import scores_in_short, trials_in_short
from cases.queries.course import read_course
from cases.queries.payer_stances import clauses_of, stances_on
from cases.queries.phone_lines import in_calling_order
from cases.queries.progress import progress
from cases.queries.readiness import readiness
from cases.queries.refusals import last_decision
from priorauth.calendars.wording import say_count, say_day
from priorauth.codes import diagnoses, procedure
from priorauth.letters import evidence
from priorauth.letters.talk_sheet import (
    MISSING,
    NOT_KEPT,
    Demand,
    Limit,
    Line,
    Number,
    TalkSheet,
)
from priorauth.lifecycle.offers import steps_offered
from priorauth.lifecycle.states import APPROVING_LINES, CaseState
from priorauth.readiness.point import Readiness
from priorauth.terms import Cadence, ClockKind, EventKind, LineStatus, Product, Role, Urgency

TALKS = frozenset(
    {
        EventKind.PEER_TO_PEER_REQUESTED,
        EventKind.PEER_TO_PEER_SCHEDULED,
        EventKind.PEER_TO_PEER_HELD,
    }
)
NUMBERS = 3
"""Phone numbers on the sheet: of the talk itself, then of the desks to try first."""
_CLOCKS = (ClockKind.PEER_TO_PEER, ClockKind.APPEAL_FILING)
_SUPPORTING = ("papers", "diagnoses", "lines", "drug")
"""Points of the checklist that a reviewer's criteria rest on, beside the payer's own wishes."""
_WORDS = {
    Readiness.OK: "Here",
    Readiness.MISSING: "Missing",
    Readiness.UNCLEAR: "Cannot tell",
    Readiness.CAUTION: "Here, take care",
}


def may_be_talked_about(state: CaseState) -> bool:
    """Whether a peer-to-peer is asked for, appointed, or may still be asked for on the case."""
    return any(offer.kind in TALKS for offer in steps_offered(state, Role.LEAD))


@require_safe
def talk_sheet(request: DeskRequest, number: str) -> HttpResponse:
    """The sheet as a PDF, for all who see the case. Nothing is recorded."""
    case = read_case(request, number)
    if not may_be_talked_about(case.at_hand.standing):
        messages.info(request, "No peer-to-peer is asked for or may be asked for on this case now.")
        return redirect("desk:case", number=case.request.number)
    from priorauth.letters.talk_pdf import write_talk_sheet  # ReportLab is loaded by who asks

    answer = HttpResponse(
        write_talk_sheet(sheet_of(case)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{case.request.number}-peer-to-peer.pdf"',
            "X-Content-Type-Options": "nosniff",
        },
    )
    add_never_cache_headers(answer)
    return answer


def sheet_of(case: AtCase) -> TalkSheet:
    """All that the sheet says of `case`, each word from what is on file."""
    one, at_hand = case.request, case.at_hand
    talk, decision = _talk(case), last_decision(case.request)
    reasons = confirmed(decision) if decision else []
    keys, product = {each.id for each in reasons}, Product(one.product)
    hints = [diagnoses.hint(row.code) for row in one.diagnoses.all()]
    groups = {each.group for each in hints if each is not None}
    return TalkSheet(
        case_number=one.number,
        clinic=one.clinic.name,
        made=say_day(at_hand.today),
        subject=f"{one.patient.full_name} / {one.coverage.plan.payer.name}",
        identifiers=_identifiers(one, talk, decision),
        appointment=_appointment(talk, at_hand.zone),
        numbers=_numbers(one, talk),
        limits=list(_limits(one, at_hand.now, at_hand.zone)),
        lines=[_line(case, line) for line in at_hand.lines],
        is_decided=decision is not None,
        decision=_say_decision(decision),
        reasons=[each.label for each in reasons],
        quoted=decision.reasons_verbatim.strip() if decision else "",
        policy=list(_policy(case)),
        demands=list(_demands(case)),
        facts=_facts(case),
        ask=[words for each in reasons for words in each.ask_first],
        answers=[words for each in reasons for words in each.arguments],
        cite=_named(evidence.chosen(product, groups, keys)) if reasons else (),
        against=_named(evidence.speaking_against(product, groups)) if reasons else (),
    )


def _undone(case: AtCase) -> Collection[int | None]:
    return {event.undoes_id for event in case.events if event.undoes_id}


def _talk(case: AtCase) -> PeerToPeer | None:
    """The newest talk that is not over, with what was noted of it."""
    undone = _undone(case)
    talks = PeerToPeer.objects.filter(request=case.request).select_related("event", "clinician")
    found = [each for each in talks if each.event_id not in undone and not each.outcome]
    return found[-1] if found else None


def _identifiers(
    one: PriorAuthRequest, talk: PeerToPeer | None, decision: Determination | None
) -> list[tuple[str, str]]:
    """In the order in which reviewers' desks ask for them; "" for what is not on file."""
    coverage, clinic = one.coverage, one.clinic
    who = (talk.clinician if talk else None) or one.requesting_clinician
    sent = (
        one.submissions.exclude(confirmation_number="")
        .filter(event__undone_by__isnull=True)
        .order_by("-pk")
        .first()
    )
    reference = decision.decision_reference if decision else ""
    return [
        ("Patient", one.patient.full_name),
        ("Date of birth", f"{one.patient.birth_date:%m/%d/%Y}"),
        ("Member ID", coverage.member_id),
        ("Group number", coverage.group_number),
        ("Plan", coverage.plan.name),
        ("Request", sent.confirmation_number if sent else ""),
        ("Decision", reference),
        ("Our clinician", str(who) if who else ""),
        ("Clinician's NPI", who.npi if who else ""),
        ("Clinic NPI", clinic.npi),
        ("Tax ID", clinic.tin),
        ("Call back at", (who.phone if who else "") or clinic.phone),
    ]


def _appointment(talk: PeerToPeer | None, zone: str) -> str:
    if talk is None or talk.scheduled_at is None:
        return ""
    with_whom = f", with {talk.reviewer_name}" if talk.reviewer_name else ""
    return f"{times.say_at(talk.scheduled_at, zone)}{with_whom}"


def _numbers(one: PriorAuthRequest, talk: PeerToPeer | None) -> list[Number]:
    """The number noted for this talk, the payer's line for talks, then those to try first."""
    noted = [Number("For this talk", talk.phone)] if talk and talk.phone else []
    lines = sorted(in_calling_order(one), key=lambda line: line.kind != PhoneLineKind.PEER_TO_PEER)
    known = {each.number for each in noted}
    for line in lines:
        if line.number not in known:
            menu = f"menu {line.menu_path}" if line.menu_path else ""
            how = ", ".join(part for part in (line.hours, menu) if part)
            noted.append(Number(PhoneLineKind(line.kind).label, line.number, how))
            known.add(line.number)
        elif noted and noted[0].number == line.number and not noted[0].how and line.hours:
            noted[0] = Number(noted[0].desk, line.number, line.hours)
    return noted[:NUMBERS]


def _limits(one: PriorAuthRequest, now: datetime, zone: str) -> Iterator[Limit]:
    """The window for the talk and the appeal's own limit, with the rule that sets each."""
    rows = Deadline.objects.filter(LIVE, request=one, kind__in=_CLOCKS).order_by("act_at", "pk")
    payer_zone = one.coverage.plan.payer.time_zone
    if not any(row.kind == ClockKind.PEER_TO_PEER for row in rows):
        yield Limit("Window for the talk", f"{MISSING}: ask for it. The appeal's clock runs on")
    for row in sorted(rows, key=lambda row: (_CLOCKS.index(ClockKind(row.kind)), row.due_at)):
        dates = Dates.of(row)
        words = describe(dates, now=now, zone=zone, payer_zone=payer_zone)
        told = row.derivation
        why = [words.basis, str(told.get("citation") or ""), str(told.get("says") or "")]
        said = ". ".join(part.rstrip(".") for part in why if part)
        yield Limit(task(dates), words.due, f"Why: {said}." if said else "")


def _line(case: AtCase, line: ServiceLine) -> Line:
    stands = case.at_hand.standing.line(line.key)
    status = LineStatus(stands.status if stands else line.status)
    what = [procedure.label(line.code), line.drug_narrative]
    given = f", {line.units_approved} units" if line.units_approved is not None else ""
    return Line(
        code=line.code,
        what=", ".join(part for part in what if part),
        asked=f"{line.units_total} units, {line.units_per_session} a session",
        said=f"{status.label}{given if status in APPROVING_LINES else ''}",
        is_refused=any(each.key == line.key for each in case.at_hand.standing.adverse),
    )


def _say_decision(decision: Determination | None) -> str:
    if decision is None:
        return "No decision of the payer is on file."
    parts = [f"Told by {ToldBy(decision.told_by).label.lower()}"]
    for name, day in (
        ("dated", decision.notice_dated_on),
        ("reached us", decision.notice_received_on),
    ):
        parts.append(f"{name} {say_day(day)}" if day else f"{name}: {MISSING}")
    codes = f" Codes as printed: {decision.codes_verbatim}." if decision.codes_verbatim else ""
    return f"{'; '.join(parts)}.{codes}"


def _policy(case: AtCase) -> Iterator[str]:
    """What the clinic has read of the payer's policy and of the plan's own wording."""
    one = case.request
    for row in stances_on(one, case.at_hand.today):
        notes = f" {row.notes.strip()}" if row.notes.strip() else ""
        yield f"{one.coverage.plan.payer.name} {say_stance(row, with_record=False)}{notes}"
    for clause in clauses_of(one):
        about = ClauseKind(clause.kind).label
        yield f"{about}, {clause.document}, page {clause.page}: “{clause.quote}”"


def _demands(case: AtCase) -> Iterator[Demand]:
    """The payer's wishes and what its criteria rest on, what lacks first."""
    points = [
        point
        for point in readiness(case.request, case.at_hand.today)
        if point.id.startswith(("paper_", "policy_")) or point.id in _SUPPORTING
    ]
    for point in sorted(points, key=lambda point: point.standing is Readiness.OK):
        is_wish = point.id.startswith(("paper_", "policy_"))
        says = f"{point.says} ({point.source})" if is_wish else point.says
        yield Demand(point.label, point.word or _WORDS[point.standing], says)


def _facts(case: AtCase) -> list[tuple[str, str]]:
    """What the file has for the clinician to rest on; what no table of ours keeps is said so."""
    one = case.request
    asked = [Product(one.product).label]
    if one.planned_sessions:
        asked.append(say_count(one.planned_sessions, "sessions"))
    if one.cadence:
        asked.append(Cadence(one.cadence).label.lower())
    if one.minutes_per_session:
        asked.append(f"{one.minutes_per_session} minutes each")
    if one.planned_start_on:
        asked.append(f"from {say_day(one.planned_start_on)}")
    named = [f"{row.code} {row.title}".strip() for row in one.diagnoses.order_by("rank")]
    urgent = one.urgency == Urgency.EXPEDITED
    return [
        ("Diagnoses", "; ".join(named)),
        ("Asked for", ", ".join(asked)),
        ("Urgent because", one.urgency_reason.strip() if urgent else "it is not: standard review"),
        ("So far", str(progress(read_course(one), one))),
        ("Earlier treatments", "; ".join(trials_in_short(one)) or NOT_KEPT),
        ("Scores", "; ".join(scores_in_short(one)) or NOT_KEPT),
        ("Papers here", _papers(one)),
    ]


def _named(found: Iterable[evidence.Publication]) -> list[str]:
    """Studies and guidelines as a talk names them; an approval is no paper."""
    return [each.short for each in found if not each.is_approval]


def _papers(one: PriorAuthRequest) -> str:
    """The clinical papers on the case by kind and title, those whose adding was undone left out."""
    kinds = (
        DocumentKind.LETTER_OF_NECESSITY,
        DocumentKind.CLINICAL_NOTE,
        DocumentKind.LAB_OR_MEASURE,
    )
    rows = Document.objects.filter(
        request=one, kind__in=kinds, event__undone_by__isnull=True
    ).order_by("-pk")
    named = [f"{row.title or DocumentKind(row.kind).label}" for row in rows[:4]]
    return "; ".join(named)
