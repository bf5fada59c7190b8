"""What an appeal letter may rest on, read from a case and the registers, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from cases.models import (
    Appeal,
    Authorization,
    CaseEvent,
    Clinician,
    Document,
    InfusionSession,
    InsurerCall,
    PayerDemand,
    PeerToPeer,
    PlanClause,
    PriorAuthRequest,
    ScaleScore,
    ServiceLine,
    Submission,
    TreatmentTrial,
)
from cases.models.contacts import DocumentKind, SaidWhat
from cases.models.determinations import ToldBy
from cases.models.infusions import STANDING
from cases.models.payer_stances import PayerStance
from cases.models.treatment_trials import FAILED, HIGHEST, ScaleName, TrialKind, TrialOutcome
from cases.queries.facts import case_facts, line_keys, standing_happenings
from cases.queries.payer_stances import clauses_of, stances_on
from cases.queries.refusals import last_refusal
from cases.queries.script_answers import say_answer
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.calls.script import script
from priorauth.codes import denial_reasons, diagnoses, procedure
from priorauth.deadlines.engine import compute
from priorauth.deadlines.facts import CaseFacts, Happening, Moment
from priorauth.deadlines.ruling import federal_external_review
from priorauth.errors import PriorAuthError
from priorauth.letters.appeal_facts import (
    AppealFacts,
    Clause,
    Enclosure,
    Fact,
    Refused,
    Wish,
    say_date,
)
from priorauth.lifecycle import contestable
from priorauth.lifecycle.replay import replay
from priorauth.lifecycle.states import CaseState
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.plan_types import plan_reach
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    Cadence,
    ClockKind,
    EventKind,
    Funding,
    InfusionStatus,
    LineOfBusiness,
    LineStatus,
    Product,
    Urgency,
)

MOST = 20
"""Rows of one sort that a letter tells: earlier treatments, calls."""
USUALLY_ENCLOSED = (
    DocumentKind.DENIAL_LETTER,
    DocumentKind.LETTER_OF_NECESSITY,
    DocumentKind.CLINICAL_NOTE,
    DocumentKind.LAB_OR_MEASURE,
    DocumentKind.CONSENT,
)
_NEVER_ENCLOSED = (DocumentKind.INSURANCE_CARD, DocumentKind.APPEAL_LETTER)


def level_of(state: CaseState) -> AppealLevel:
    """The level of the next appeal, or of the one that runs."""
    for level in AppealLevel:
        if contestable.to_appeal(state, level):
            return level
    return (
        AppealLevel.SECOND
        if any(line.internal_level for line in state.lines)
        else (AppealLevel.FIRST)
    )


def papers_of(request: PriorAuthRequest) -> list[Document]:
    """Documents that may go with a letter, those whose adding was undone left out."""
    rows = Document.objects.filter(request=request, event__undone_by__isnull=True)
    return list(rows.exclude(kind__in=_NEVER_ENCLOSED).exclude(file="").order_by("pk"))


def paper_named(row: Document) -> str:
    """A document as the letter names it: "Clinical note: visit 3, dated March 5, 2026"."""
    dated = f", dated {say_date(row.printed_on)}" if row.printed_on else ""
    kind, title = DocumentKind(row.kind).label, row.title.strip()
    named = kind if title.casefold() in ("", kind.casefold()) else f"{kind}: {title}"
    return f"{named}{dated}"


def usual_papers(request: PriorAuthRequest, papers: Iterable[Document]) -> list[int]:
    """Numbers of those that go with an appeal unless somebody unticks them."""
    wanted = set(_demands(request).values_list("kind", flat=True))
    order = [*USUALLY_ENCLOSED, *(each for each in DocumentKind if each not in USUALLY_ENCLOSED)]
    chosen = [each for each in papers if each.kind in USUALLY_ENCLOSED or each.kind in wanted]
    return [each.pk for each in sorted(chosen, key=lambda row: order.index(DocumentKind(row.kind)))]


def calls_of(request: PriorAuthRequest) -> list[InsurerCall]:
    """Calls on the case that stand, newest first."""
    rows = InsurerCall.objects.filter(request=request, event__undone_by__isnull=True)
    return list(rows.prefetch_related("answers").order_by("-called_on", "-pk")[:MOST])


def appeal_facts(
    request: PriorAuthRequest,
    *,
    now: datetime,
    is_expedited: bool,
    level: AppealLevel | None = None,
    calls: Collection[int] = (),
    enclosed: Sequence[int] | None = None,
    pages: Mapping[int, int] | None = None,
) -> AppealFacts:
    """Everything on file at the aware instant `now`.

    `calls` are the numbers of those to be cited, `enclosed` of the documents that go with it (None:
    the usual ones), `pages` how many pages those have, as far as they were counted.
    """
    events = list(CaseEvent.objects.filter(request=request))
    lines = list(request.lines.order_by("position"))
    happenings = standing_happenings(events)
    state = replay(line_keys(lines), happenings)
    level = level or level_of(state)
    reader = _Reader(request, local_date(now, request.clinic.time_zone))
    papers = papers_of(request)
    chosen = usual_papers(request, papers) if enclosed is None else list(enclosed)
    by_key = {each.pk: each for each in papers}
    ticked = [by_key[key] for key in chosen if key in by_key]
    plan = request.coverage.plan
    business, funding = LineOfBusiness(plan.line_of_business), Funding(plan.funding)
    reach = plan_reach(business, funding, plan.is_grandfathered)
    told = case_facts(request, happenings, lines)
    limit, rule = _answer(told, state, level, is_expedited, now)
    found = AppealFacts(
        made_on=reader.today,
        case_number=reader.case(request.number),
        clinic=reader.clinic(request.clinic.name) or Fact("", ""),
        payer=reader.payer(plan.payer.name) or Fact("", ""),
        patient=reader.patient(request.patient.full_name) or Fact("", ""),
        product=Product(request.product),
        level=level,
        is_expedited=is_expedited,
        plan_types=reach.types,
        issue_state=plan.issue_state,
        is_grandfathered=bool(plan.is_grandfathered),
        federal_external_review=federal_external_review(
            told.plan, reach, shipped_rulebook(), reader.today
        ),
        answer_limit=limit,
        answer_rule=rule,
        enclosed=tuple(
            Enclosure(reader.paper(each), (pages or {}).get(each.pk)) for each in ticked
        ),
        wishes=tuple(reader.wishes(ticked)),
        calls=tuple(reader.call(each) for each in calls_of(request) if each.pk in calls),
        lacking=reader.where_to_mend(),
    )
    for add in (_who, _asked, _decision, _course_so_far, _words):
        found = add(found, reader, state, lines)
    return found


class _Reader:
    """Makes facts of rows of one case, each with its source and address."""

    def __init__(self, request: PriorAuthRequest, today: date) -> None:
        self.request, self.today = request, today
        self.case_url = reverse("desk:case", args=[request.number])

    def _row(self, says: str, source: str, model: str, key: int | None) -> Fact | None:
        if not says.strip() or key is None:
            return None
        return Fact(says.strip(), source, reverse(f"admin:cases_{model}_change", args=[key]))

    def case(self, says: str) -> Fact:
        return Fact(says, "the case", self.case_url)

    def of_event(self, says: str, what: str, event: int | None) -> Fact | None:
        if not says.strip():
            return None
        return Fact(says.strip(), what, f"{self.case_url}#event-{event}")

    def clinic(self, says: str) -> Fact | None:
        return self._row(says, "the clinic", "clinic", self.request.clinic_id)

    def payer(self, says: str) -> Fact | None:
        return self._row(says, "the payer", "payer", self.request.coverage.plan.payer_id)

    def plan(self, says: str) -> Fact | None:
        return self._row(says, "the plan", "plan", self.request.coverage.plan_id)

    def patient(self, says: str) -> Fact | None:
        return self._row(says, "the patient's record", "patient", self.request.patient_id)

    def coverage(self, says: str) -> Fact | None:
        return self._row(says, "the coverage", "coverage", self.request.coverage_id)

    def clinician(self, says: str) -> Fact | None:
        who = treating(self.request)
        return self._row(says, "the clinician's record", "clinician", who.pk if who else None)

    def paper(self, row: Document) -> Fact:
        where = reverse("desk:document", args=[self.request.number, row.pk])
        return Fact(paper_named(row), f"document {row.pk}", where)

    def wishes(self, papers: Sequence[Document]) -> Iterable[Wish]:
        for row in _demands(self.request):
            label = DocumentKind(row.kind).label
            met = next((each for each in reversed(papers) if each.kind == row.kind), None)
            paper = self._row(f"{label} ({row.source})", "papers wanted", "payer", row.payer_id)
            if paper is not None:
                yield Wish(paper, self.paper(met) if met else None)

    def call(self, row: InsurerCall) -> Fact:
        on = say_date(row.called_on) if row.called_on else "a day not recorded"
        proof = (
            f"reference {row.reference_number}" if row.reference_number else "no reference given"
        )
        asked = {question.id: question.ask for question in script()}
        answers = [
            f"Asked “{asked.get(each.question, each.question)}”: "
            f"{say_answer(each).lower()}{f', {each.words}' if each.words else ''}."
            for each in row.answers.all()
            if each.answer in (SaidWhat.SAID_YES, SaidWhat.SAID_NO, SaidWhat.TOLD)
        ]
        promise = [f"Promised: {row.promise}."] if row.promise else []
        said = " ".join([_sentence(row.summary), *answers, *promise]).strip()
        who = f"On {on}, {row.representative_name} ({proof})"
        fact = self.of_event(f"{who}: {said}" if said else f"{who}.", "call", row.event_id)
        return fact or Fact(who, "call")

    def where_to_mend(self) -> dict[str, str]:
        patient = reverse("admin:cases_patient_change", args=[self.request.patient_id])
        clinic = reverse("admin:cases_clinic_change", args=[self.request.clinic_id])

        def step(slug: str) -> str:
            return reverse("desk:step", args=[self.request.number, slug])

        return {
            "trials": f"{patient}#trials-group",
            "scores": f"{patient}#scores-group",
            "born": patient,
            "member_id": reverse("admin:cases_coverage_change", args=[self.request.coverage_id]),
            "clinic_phone": clinic,
            "wishes": step("document"),
            "denied_on": step("task"),
            "verbatim": f"{self.case_url}#timeline",
            "urgency_reason": f"{self.case_url}#timeline",
            "clinician": f"{self.case_url}#timeline",
            "diagnoses": f"{self.case_url}#timeline",
            "refused": f"{self.case_url}#timeline",
        }


def treating(request: PriorAuthRequest) -> Clinician | None:
    """The clinician who treats, as far as the request names one."""
    return request.rendering_clinician or request.requesting_clinician


# ------------------------------------------------------------------ parts of the facts


def _who(found: AppealFacts, read: _Reader, *_: object) -> AppealFacts:
    request = read.request
    clinic, coverage, patient = request.clinic, request.coverage, request.patient
    payer, clinician = coverage.plan.payer, treating(request)
    street = f"{clinic.address_1}, {clinic.address_2}".strip(", ")
    place = f"{clinic.city}, {clinic.state} {clinic.zip_code}".strip(", ")
    return replace(
        found,
        clinic_address=tuple(fact for line in (street, place) if (fact := read.clinic(line))),
        clinic_phone=read.clinic(clinic.phone),
        clinic_fax=read.clinic(clinic.fax),
        clinic_npi=read.clinic(clinic.npi),
        appeals_address=read.payer(payer.appeals_address),
        appeals_fax=read.payer(payer.appeals_fax),
        reviewing_entity=read.plan(str(coverage.plan.reviewing_entity or "")),
        plan=read.plan(f"{payer.name}, {coverage.plan.name}"),
        born=read.patient(say_date(patient.birth_date)) if patient.birth_date else None,
        member_id=read.coverage(coverage.member_id),
        group_number=read.coverage(coverage.group_number),
        clinician=read.clinician(str(clinician or "")),
        clinician_npi=read.clinician(clinician.npi if clinician else ""),
    )


def _asked(found: AppealFacts, read: _Reader, *_: object) -> AppealFacts:
    request = read.request
    rows = list(request.diagnoses.order_by("rank"))
    hints = [diagnoses.hint(row.code) for row in rows]
    sent = _last_submission(request)
    confirmed = sent.confirmation_number if sent else ""
    sent_on = _day(sent.event, request) if sent else None
    event = sent.event_id if sent else None
    return replace(
        found,
        diagnoses=tuple(read.case(f"{row.code} {row.title}".strip()) for row in rows),
        groups=frozenset(each.group for each in hints if each is not None),
        course=_course(request, read),
        starts_on=read.case(say_date(request.planned_start_on))
        if request.planned_start_on
        else None,
        urgency_reason=read.case(request.urgency_reason.strip())
        if request.urgency_reason.strip()
        else None,
        reference=read.of_event(confirmed, "submission", event),
        submitted_on=read.of_event(say_date(sent_on) if sent_on else "", "submission", event),
    )


def _last_submission(request: PriorAuthRequest) -> Submission | None:
    rows = request.submissions.filter(event__undone_by__isnull=True)
    return rows.select_related("event").order_by("-pk").first()


def _course(request: PriorAuthRequest, read: _Reader) -> Fact | None:
    parts = [f"{request.planned_sessions} sessions"] if request.planned_sessions else []
    if request.cadence:
        parts.append(Cadence(request.cadence).label.lower())
    if request.minutes_per_session:
        parts.append(f"{request.minutes_per_session} minutes each")
    return read.case(", ".join(parts)) if parts else None


def _decision(
    found: AppealFacts, read: _Reader, state: CaseState, lines: Sequence[ServiceLine]
) -> AppealFacts:
    request = read.request
    adverse = {line.key: line for line in state.adverse}
    refused = tuple(_refused(line, read) for line in lines if line.key in adverse)
    last = last_refusal(request)
    if last is None:
        return replace(found, refused=refused)
    on, told_on = last.notice_dated_on, _day(last.event, request)
    known = denial_reasons.reasons()
    event = last.event_id
    told = replace(
        found,
        refused=refused,
        denied_on=read.of_event(say_date(on) if on else "", "determination", event),
        told_on=read.of_event(say_date(told_on) if told_on else "", "determination", event),
        was_told_by_phone=last.told_by == ToldBy.PHONE,
        decision_reference=read.of_event(last.decision_reference, "determination", event),
        verbatim=read.of_event(last.reasons_verbatim, "determination", event),
        reasons=tuple(
            (key, fact)
            for key in last.reasons
            if key in known and (fact := read.of_event(known[key].label, "determination", event))
        ),
    )
    return _after_first_appeal(told, read) if found.level is AppealLevel.SECOND else told


def _after_first_appeal(found: AppealFacts, read: _Reader) -> AppealFacts:
    """The decision that is appealed is the one on the first appeal."""
    first = (
        Appeal.objects.filter(
            request=read.request, level=AppealLevel.FIRST, event__undone_by__isnull=True
        )
        .exclude(outcome="")
        .order_by("-pk")
        .first()
    )
    if first is None:
        return found
    on, told_on = first.notice_dated_on, _day_decided(first, read.request)
    when = f" on {say_date(on)}" if on else ""
    words = f" in these words: “{first.decision_summary.strip()}”" if first.decision_summary else ""
    told = read.of_event(f"You decided the first appeal{when}{words}.", "appeal", first.event_id)
    return replace(
        found,
        first_appeal=told,
        decision_reference=read.of_event(first.decision_reference, "appeal", first.event_id),
        denied_on=read.of_event(say_date(on) if on else "", "appeal", first.event_id),
        told_on=read.of_event(say_date(told_on) if told_on else "", "appeal", first.event_id),
    )


def _day_decided(appeal: Appeal, request: PriorAuthRequest) -> date | None:
    """The day on which the decision of the appeal was told, as far as it is known."""
    rows = CaseEvent.objects.filter(
        request=request, kind=EventKind.APPEAL_DECIDED, proceeding=appeal.proceeding
    )
    decided = rows.filter(undone_by__isnull=True).order_by("-pk").first()
    return _day(decided, request) if decided else None


def _refused(line: ServiceLine, read: _Reader) -> Refused:
    modifiers = f" {line.modifiers}" if line.modifiers else ""
    what = line.drug_narrative or procedure.label(line.code)
    is_partial = line.status in (LineStatus.PARTLY_APPROVED, LineStatus.MODIFIED)
    granted = str(line.units_approved) if is_partial and line.units_approved else "none"
    units = f"{line.units_total} units requested, {granted} approved"
    return Refused(
        read.case(f"{line.code}{modifiers}"), read.case(f"{what}; {units}" if what else units)
    )


def _course_so_far(found: AppealFacts, read: _Reader, *_: object) -> AppealFacts:
    request = read.request
    sent = _last_submission(request)
    asked_on = (_day(sent.event, request) if sent else None) or read.today
    rows = list(TreatmentTrial.objects.filter(patient=request.patient_id))
    given = [row for row in rows if row.outcome != TrialOutcome.NOT_STARTED]
    since = [row for row in given if row.started_on and row.started_on >= asked_on]
    before = [row for row in given if row not in since]
    not_tried = [row for row in rows if row not in given]
    where = found.lacking["trials"]

    def told(trials: Sequence[TreatmentTrial]) -> tuple[Fact, ...]:
        newest = trials[-MOST:]
        return tuple(Fact(_say_trial(each), f"treatment: {each.source}", where) for each in newest)

    return replace(
        found,
        trials=told(before),
        trials_since=told(since),
        not_tried=told(not_tried),
        failed_trials=sum(each.outcome in FAILED for each in given),
        scores=tuple(_scores(request, found.lacking["scores"])),
        infusions=_infusions(request, read),
        approvals=tuple(_approvals(request)),
        talk=_talk(request, read),
    )


_SORTS = {
    TrialKind.ANTIDEPRESSANT: " (antidepressant)",
    TrialKind.AUGMENTATION: " (as augmentation)",
    TrialKind.PSYCHOTHERAPY: " (psychotherapy)",
}
"""Said of a treatment whose name does not tell it."""


def _say_trial(row: TreatmentTrial) -> str:
    what = f"{row.name}{_SORTS.get(TrialKind(row.kind), '')}"
    if row.dose:
        what += f", {row.dose}"
    if row.started_on:
        what += f", from {say_date(row.started_on)}"
    if row.ended_on:
        what += f" to {say_date(row.ended_on)}"
    elif row.is_current:
        what += ", still given"
    remark = f"; {row.remark.rstrip('.')}" if row.remark else ""
    return f"{what}: {TrialOutcome(row.outcome).label.lower()}{remark}."


def trials_in_short(request: PriorAuthRequest, most: int = 6) -> list[str]:
    """The last earlier treatments with what came of them: "Sertraline: no effect"."""
    rows = list(TreatmentTrial.objects.filter(patient=request.patient_id))[-most:]
    return [f"{row.name}: {TrialOutcome(row.outcome).label.lower()}" for row in rows]


def scores_in_short(request: PriorAuthRequest, most: int = 4) -> list[str]:
    """The last scores with their days: "PHQ-9 21 on Tue 8 Sep 2026"."""
    rows = list(ScaleScore.objects.filter(patient=request.patient_id))[-most:]
    return [f"{ScaleName(row.scale).label} {row.shown} on {say_day(row.taken_on)}" for row in rows]


def _scores(request: PriorAuthRequest, where: str) -> Iterable[Fact]:
    by_scale: dict[str, list[ScaleScore]] = {}
    for row in ScaleScore.objects.filter(patient=request.patient_id):
        by_scale.setdefault(row.scale, []).append(row)
    for scale, rows in by_scale.items():
        told = ", ".join(f"{row.shown} on {say_date(row.taken_on)}" for row in rows[-MOST:])
        name = ScaleName(scale)
        yield Fact(f"{name.label} (0 to {HIGHEST[name]}): {told}.", "scores of scales", where)


def _infusions(request: PriorAuthRequest, read: _Reader) -> Fact | None:
    rows = InfusionSession.objects.filter(
        STANDING,
        request__patient=request.patient_id,
        request__product=request.product,
        status=InfusionStatus.DONE,
    )
    days = sorted(
        local_date(at, request.clinic.time_zone)
        for row in rows
        if (at := row.started_at or row.planned_at)
    )
    if not days:
        return None
    if len(days) == 1:
        said = f"One session was given, on {say_date(days[0])}."
    else:
        said = f"{len(days)} sessions were given, from {say_date(days[0])} to {say_date(days[-1])}."
    return Fact(said, "infusions", f"{read.case_url}#infusions")


def _approvals(request: PriorAuthRequest) -> Iterable[Fact]:
    rows = Authorization.objects.filter(
        request__patient=request.patient_id,
        request__product=request.product,
        request__coverage__plan__payer=request.coverage.plan.payer_id,
        event__undone_by__isnull=True,
    ).exclude(authorization_number="")
    for row in rows.select_related("request").order_by("pk")[:3]:
        days = ""
        if row.effective_from and row.effective_through:
            days = f", from {say_date(row.effective_from)} to {say_date(row.effective_through)}"
        where = reverse("desk:case", args=[row.request.number])
        said = f"You approved this treatment under authorization {row.authorization_number}{days}."
        yield Fact(said, "authorization", where)


def _talk(request: PriorAuthRequest, read: _Reader) -> Fact | None:
    row = (
        PeerToPeer.objects.filter(request=request, event__undone_by__isnull=True)
        .exclude(outcome="")
        .select_related("clinician")
        .order_by("-pk")
        .first()
    )
    if row is None:
        return None
    held = (
        CaseEvent.objects.filter(
            request=request, kind=EventKind.PEER_TO_PEER_HELD, proceeding=row.proceeding
        )
        .filter(undone_by__isnull=True)
        .order_by("-pk")
        .first()
    )
    on = _day(held, request) if held else None
    reviewer = row.reviewer_name or "your reviewer"
    if row.reviewer_specialty:
        reviewer += f" ({row.reviewer_specialty})"
    who = str(row.clinician or treating(request) or "our clinician")
    number = f", reference {row.reference_number}" if row.reference_number else ""
    said = f"{f'On {say_date(on)}, ' if on else ''}{who} spoke with {reviewer}{number}."
    outcome = f" The outcome: {AppealOutcome(row.outcome).label.lower()}."
    words = f" {_sentence(row.words)}" if row.words else ""
    said = f"{said[:1].upper()}{said[1:]}{outcome}{words}"
    return read.of_event(said, "peer-to-peer", held.pk if held else row.event_id)


def _words(found: AppealFacts, read: _Reader, *_: object) -> AppealFacts:
    stances = stances_on(read.request, read.today)
    named = next((row for row in stances if row.policy_number or row.title), None)
    clauses = tuple(
        Clause(
            row.kind,
            Fact(row.quote.strip().strip('“”"'), f"plan wording {row.pk}", where),
            Fact(_place_of(row), f"plan wording {row.pk}", where),
        )
        for row in clauses_of(read.request)
        for where in (reverse("admin:cases_planclause_change", args=[row.pk]),)
    )
    found = replace(found, clauses=clauses)
    if named is None:
        return found
    policy, since = _policy(named)
    return replace(found, policy=policy, policy_read=since)


def _policy(row: PayerStance) -> tuple[Fact, Fact]:
    where = reverse("admin:cases_payerstance_change", args=[row.pk])
    title = f"“{row.title}”" if row.title else ""
    named = f"policy {row.policy_number}".strip()
    name = f"your {named}{f' ({title})' if title and row.policy_number else f' {title}'}".strip()
    since = f"effective {say_date(row.effective_from)}, " if row.effective_from else ""
    on = f"{since}as read on {say_date(row.reviewed_on)}"
    return Fact(name, "payer's stance", where), Fact(on, "payer's stance", where)


def _place_of(row: PlanClause) -> str:
    dated = f" of {say_date(row.dated_on)}" if row.dated_on else ""
    return f"{row.document}{dated}, page {row.page}"


# ------------------------------------------------------------------ by when the payer must answer


def _answer(
    facts: CaseFacts, state: CaseState, level: AppealLevel, is_expedited: bool, now: datetime
) -> tuple[Fact | None, Fact | None]:
    """The limit that an appeal filed now would have, with its rule; None where none is sure."""
    lines = tuple(line.key for line in contestable.to_appeal(state, level))
    if not lines:
        return None, None
    filed = Moment.instant(now, facts.payer_zone)
    urgency = Urgency.EXPEDITED if is_expedited else Urgency.STANDARD
    told: dict[str, object] = {
        "level": str(level),
        "urgency": str(urgency),
        "channel": "fax",
        "received_by_payer": filed,
    }
    planned = Happening(
        key="planned",
        kind=EventKind.APPEAL_FILED,
        when=filed,
        learned_at=now,
        proceeding="appeal-planned",
        lines=lines,
        facts=told,  # type: ignore[arg-type]
    )
    rules = shipped_rulebook()
    try:
        made = compute(replace(facts, happenings=(*facts.happenings, planned)), rules, now)
    except PriorAuthError:
        return None, None
    found = [
        each
        for each in made.deadlines
        if each.kind is ClockKind.APPEAL_DECISION
        and each.proceeding == "appeal-planned"
        and each.legal is not None
        and not each.is_believed
    ]
    if not found:
        return None, None
    first = min(found, key=lambda each: each.due)
    rule = next((one for one in rules if one.id == first.rule and one.citation), None)
    if rule is None or rule.limit.amount == 0:
        return None, None
    unit = rule.limit.unit.value.replace("_", " ")
    amount = rule.limit.amount
    words = f"{amount} {unit if amount != 1 else unit.removesuffix('s')}"
    where = reverse("desk:rule", args=[rule.id])
    return Fact(words, "rule on file", where), Fact(rule.citation, "rule on file", where)


def _demands(request: PriorAuthRequest) -> QuerySet[PayerDemand]:
    return PayerDemand.objects.filter(
        Q(product="") | Q(product=request.product), payer=request.coverage.plan.payer_id
    )


def _day(event: CaseEvent, request: PriorAuthRequest) -> date | None:
    if event.happened_at is not None:
        return local_date(event.happened_at, request.clinic.time_zone)
    return event.happened_on


def _sentence(words: str) -> str:
    text = " ".join(words.split())
    return text if not text or text[-1] in ".!?" else f"{text}."
