"""From a clean form to the workflow: one function for each step page.

Where one page tells two facts (sent, and received at once), both are written or neither.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from cases.desk import request_sheet
from cases.forms.appeals import AppealDecidedForm, AppealFileForm
from cases.forms.calls import CallForm
from cases.forms.correction import CorrectionForm
from cases.forms.determinations import AuthorizationForm, DeterminationForm
from cases.forms.external_reviews import ExternalReviewFileForm
from cases.forms.information import InformationSentForm
from cases.forms.infusions import BilledForm, InfusionForm
from cases.forms.intake import IntakeForm
from cases.forms.plans import PlanFactsForm
from cases.forms.series import SeriesForm
from cases.forms.status_checks import StatusCheckForm
from cases.forms.step_form import AtHand, StepForm
from cases.forms.submissions import SubmitForm
from cases.forms.timing import SupplyDateForm, SupplyNoticeForm
from cases.models import Coverage, Patient, PeerToPeer
from cases.models.contacts import DocumentKind, PromiseStanding
from cases.models.proceedings import ReviewBody
from cases.workflow import (
    appeals,
    assignment,
    billing,
    call_drafts,
    calls,
    closing,
    correcting,
    determinations,
    documents,
    external_reviews,
    information_requests,
    infusions,
    letting_pass,
    missing_facts,
    notes,
    packets,
    patient_mails,
    peer_to_peer,
    plan_facts,
    registration,
    status_checks,
    submission,
    timing,
)
from cases.workflow.actor import Actor
from cases.workflow.registration import PlanTold
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.patient_mail import Wording
from priorauth.terms import AppealLevel, AppealOutcome, Channel, OwedBy, StatusAnswer, Urgency

PROOF_OF_APPEAL = "Proof that the appeal was sent"


def also(actor: Actor, what: str) -> Actor:
    """The same person, recording a second fact from the same form: its token is its own."""
    token = str(uuid.uuid5(uuid.UUID(actor.token), what)) if actor.token else ""
    return replace(actor, token=token)


# ------------------------------------------------------------------ the request


def new_coverage(form: IntakeForm, patient: Patient) -> Coverage:
    """The coverage typed on an intake form, under a plan on file or a new one."""
    clinic, cleaned = form.at_hand.clinic, form.cleaned_data
    plan = cleaned["plan"] or registration.add_plan(
        clinic, PlanTold(cleaned["payer"], form.typed("payer_name"), form.plan_told())
    )
    return registration.add_coverage(clinic, patient, plan, form.coverage_told())


def corrected(actor: Actor, at: AtHand, form: CorrectionForm) -> None:
    """A draft put right."""
    with transaction.atomic():
        correcting.correct(
            actor,
            at.case,
            coverage=form.coverage or new_coverage(form, at.case.patient),
            asked=form.asked(),
            people=form.people(),
        )


def submitted(actor: Actor, at: AtHand, form: SubmitForm) -> None:
    """The submission, the call by which it was made, and the payer's receipt when it is known."""
    received, told, papers = form.received(), form.call(), form.papers_sent()
    pages = form.cleaned_data["pages"] if form.is_by(Channel.FAX, Channel.MAIL) else None
    if pages is None and papers and form.is_by(Channel.FAX):
        pages = packets.count_pages(papers, sheets=request_sheet.printed(at).pages)
    elif pages is None and papers:
        pages = packets.count_pages(papers)
    with transaction.atomic():
        submission.submit(
            actor,
            at.case,
            channel=Channel(form.cleaned_data["channel"]),
            sent=form.cleaned_data["when"],
            confirmation_number=form.typed("confirmation_number"),
            no_confirmation_reason=form.typed("no_confirmation_reason"),
            sent_to=form.typed("sent_to"),
            pages=pages,
            enclosed=papers,
            representative_name=told.representative_name if told else "",
            override_reason=form.typed("override_reason"),
        )
        if told is not None:
            calls.log_call(
                also(actor, "call"),
                told,
                clinic=at.clinic,
                payer=at.case.coverage.plan.payer,
                request=at.case,
            )
        if kind := form.proof_kind():
            documents.add_document(
                also(actor, "proof"),
                at.case,
                kind=kind,
                title=kind.label,
                content=form.cleaned_data["proof"].read(),
                zone=at.zone,
            )
        if received is not None:
            submission.record_receipt(also(actor, "receipt"), at.case, received=received)


def received(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The payer had the request."""
    submission.record_receipt(actor, at.case, received=form.cleaned_data["when"])


def sent_back(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The request came back undecided, with what the payer says is wrong."""
    with transaction.atomic():
        submission.record_rejection(actor, at.case, learned=form.cleaned_data["when"])
        notes.add_note(
            also(actor, "reason"),
            at.case,
            text=f"Sent back by the payer: {form.typed('reason')}",
            zone=at.zone,
        )


def information_requested(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The payer asks for more."""
    cleaned = form.cleaned_data
    information_requests.record_request(
        actor,
        at.case,
        received=cleaned["when"],
        asked_for=cleaned["asked_for"],
        sent=cleaned["sent"],
        answer_by=cleaned["answer_by"],
        is_extension=cleaned["is_extension"],
        needs_patient=cleaned["needs_patient"],
    )


def information_sent(actor: Actor, at: AtHand, form: InformationSentForm) -> None:
    """Our answer to one question."""
    information_requests.answer(
        actor,
        at.subject,
        sent=form.cleaned_data["when"],
        channel=Channel(form.cleaned_data["channel"]),
        confirmation=form.typed("confirmation"),
        summary=form.typed("summary"),
        received_by_payer=form.received(),
    )


def packet_complete(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The payer has everything."""
    information_requests.record_packet_complete(
        actor,
        at.case,
        complete=form.cleaned_data["when"],
    )


def extension(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The payer takes longer."""
    cleaned = form.cleaned_data
    timing.record_extension(
        actor,
        at.case,
        received=cleaned["when"],
        sent=cleaned["sent"],
        until=cleaned["until"],
    )


def urgency(actor: Actor, at: AtHand, form: StepForm) -> None:
    """Another urgency, of the request or of an appeal or external review."""
    timing.change_urgency(
        actor,
        at.case,
        changed=form.cleaned_data["when"],
        urgency=Urgency(form.cleaned_data["urgency"]),
        by=form.cleaned_data["by"],
        reason=form.typed("urgency_reason"),
        proceeding=at.subject.proceeding if at.subject else "",
    )


def determination(actor: Actor, at: AtHand, form: DeterminationForm) -> None:
    """The payer's decision on one or several lines."""
    determinations.log_determination(
        actor,
        at.case,
        decided=form.cleaned_data["when"],
        decisions=form.decisions(),
        notice=form.notice(),
        granted=form.granted() if form.is_approving else None,
        reasons=list(form.said_reasons()),
        reasons_verbatim=form.typed("reasons_verbatim"),
        codes_verbatim=form.typed("codes_verbatim"),
    )


def authorization(actor: Actor, at: AtHand, form: AuthorizationForm) -> None:
    """Number and dates of an authorization."""
    determinations.enter_authorization(actor, at.subject, granted=form.granted(), zone=at.zone)


def series(actor: Actor, at: AtHand, form: SeriesForm) -> None:
    """A course is put into the book."""
    infusions.plan_series(actor, at.case, series=form.asked(), sessions=form.sessions())


def infusion(actor: Actor, at: AtHand, form: InfusionForm) -> None:
    """What became of an infusion."""
    infusions.record_infusion(actor, at.case, form.told(), session=form.session)


def billed(actor: Actor, at: AtHand, form: BilledForm) -> None:
    """The claims for some infusions went out."""
    billing.mark_billed(actor, at.case, form.ticked(), on=form.cleaned_data["billed_on"])


# ------------------------------------------------------------------ after a denial


def talk_asked(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A peer-to-peer was asked for."""
    peer_to_peer.ask(
        actor,
        at.case,
        asked=form.cleaned_data["when"],
        phone=form.typed("phone"),
        clinician=form.cleaned_data["clinician"],
    )


def _talk(actor: Actor, at: AtHand, asked: Any) -> PeerToPeer:
    """The talk this step belongs to; one that nobody recorded before began with it."""
    if at.subject is not None:
        return at.subject
    return peer_to_peer.ask(also(actor, "asked"), at.case, asked=asked)


def talk_scheduled(actor: Actor, at: AtHand, form: StepForm) -> None:
    """Its appointment."""
    agreed = form.cleaned_data["scheduled_for"]
    with transaction.atomic():
        peer_to_peer.schedule(
            actor,
            _talk(actor, at, Moment.instant(actor.now, at.zone)),
            scheduled_at=agreed.at,
            zone=agreed.zone,
            reviewer_name=form.typed("reviewer_name"),
        )


def talk_held(actor: Actor, at: AtHand, form: StepForm) -> None:
    """How it ended."""
    cleaned = form.cleaned_data
    with transaction.atomic():
        peer_to_peer.record(
            actor,
            _talk(actor, at, cleaned["when"]),
            held=cleaned["when"],
            outcome=AppealOutcome(cleaned["outcome"]),
            lines_overturned=_partly(cleaned),
            reviewer_name=form.typed("reviewer_name"),
            reviewer_specialty=form.typed("reviewer_specialty"),
            words=form.typed("words"),
            reference_number=form.typed("reference_number"),
            clinician=cleaned["clinician"],
        )


def _partly(cleaned: Mapping[str, Any]) -> list[Any]:
    """The overturned lines, which only a decision "in part" names."""
    is_partly = cleaned.get("outcome") == AppealOutcome.PARTLY_OVERTURNED
    return list(cleaned.get("lines_overturned") or []) if is_partly else []


def appeal_filed(actor: Actor, at: AtHand, form: AppealFileForm) -> None:
    """An internal appeal went out."""
    cleaned, received = form.cleaned_data, form.received()
    with transaction.atomic():
        appeals.file(
            actor,
            at.case,
            filed=cleaned["when"],
            level=AppealLevel(cleaned["level"]),
            lines=cleaned["lines"],
            channel=Channel(cleaned["channel"]),
            is_expedited=cleaned["is_expedited"],
            confirmation_number=form.typed("confirmation_number"),
            received_by_payer=received,
            representative=cleaned["representative"],
            argument=form.typed("argument"),
            is_against_silence=bool(cleaned.get("is_against_silence")),
            letter=cleaned.get("letter"),
        )
        if cleaned.get("proof"):
            kind = form.proof_kind()
            documents.add_document(
                also(actor, "proof"),
                at.case,
                kind=kind,
                title=PROOF_OF_APPEAL,
                content=cleaned["proof"].read(),
                zone=at.zone,
            )


def appeal_received(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The payer had the appeal."""
    appeals.record_receipt(actor, at.subject, received=form.cleaned_data["when"])


def appeal_decided(actor: Actor, at: AtHand, form: AppealDecidedForm) -> None:
    """The payer's answer to it."""
    cleaned = form.cleaned_data
    appeals.log_decision(
        actor,
        at.subject,
        decided=cleaned["when"],
        outcome=AppealOutcome(cleaned["outcome"]),
        notice=form.notice(),
        lines_overturned=_partly(cleaned),
        decision_summary=form.typed("decision_summary"),
    )


def review_filed(actor: Actor, at: AtHand, form: ExternalReviewFileForm) -> None:
    """An external review was asked for."""
    cleaned = form.cleaned_data
    external_reviews.file(
        actor,
        at.case,
        filed=cleaned["when"],
        body=ReviewBody(cleaned["body"]),
        lines=cleaned["lines"],
        channel=Channel(cleaned["channel"]),
        is_expedited=cleaned["is_expedited"],
        is_deemed_exhausted=cleaned["is_deemed_exhausted"],
        confirmation_number=form.typed("confirmation_number"),
        received_by_payer=form.received(),
    )


def review_assigned(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The reviewer has it."""
    external_reviews.assign(
        actor, at.subject, assigned=form.cleaned_data["when"], reviewer=form.typed("reviewer")
    )


def review_decided(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The reviewer's decision."""
    cleaned = form.cleaned_data
    external_reviews.log_decision(
        actor,
        at.subject,
        decided=cleaned["when"],
        outcome=AppealOutcome(cleaned["outcome"]),
        lines_overturned=_partly(cleaned),
        decision_summary=form.typed("decision_summary"),
    )


# ------------------------------------------------------------------ the end of a case


def withdrawn(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The request, or some lines, are taken back."""
    closing.withdraw(
        actor,
        at.case,
        withdrawn=form.cleaned_data["when"],
        reason=form.typed("reason"),
        lines=form.cleaned_data.get("lines", ()),
    )


def closed(actor: Actor, at: AtHand, form: StepForm) -> None:
    """The case ends."""
    closing.close(
        actor,
        at.case,
        closed=form.cleaned_data["when"],
        reason=form.typed("reason"),
    )


def reopened(actor: Actor, at: AtHand, form: StepForm) -> None:
    """It goes on after all."""
    closing.reopen(
        actor,
        at.case,
        reopened=form.cleaned_data["when"],
        reason=form.typed("reason"),
    )


# ------------------------------------------------------------------ what moves nothing


def call(actor: Actor, at: AtHand, form: CallForm) -> None:
    """A call with the insurer, and what it told of earlier promises.

    What was kept of it while it was typed is no longer needed.
    """
    payer = at.request.coverage.plan.payer if at.request else form.cleaned_data["payer"]
    with transaction.atomic():
        calls.log_call(actor, form.told(), clinic=at.clinic, payer=payer, request=at.request)
        for earlier, standing in form.settled():
            by = also(actor, f"promise-{earlier.pk}")
            calls.settle_promise(by, earlier, standing=standing, zone=at.zone)
        call_drafts.drop_draft(at.staff, at.request)


def status_checked(actor: Actor, at: AtHand, form: StatusCheckForm) -> None:
    """A look at the payer's status."""
    status_checks.check_status(
        actor,
        at.case,
        how=Channel(form.cleaned_data["how"]),
        said=StatusAnswer(form.cleaned_data["said"]),
        look_again=form.cleaned_data["look_again"],
        reference=form.typed("reference"),
    )


def promise(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A promise was kept, broken, or no longer matters."""
    standing = PromiseStanding(form.cleaned_data["standing"])
    calls.settle_promise(actor, at.subject, standing=standing, zone=at.zone)


def note(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A remark."""
    notes.add_note(actor, at.case, text=form.cleaned_data["text"], zone=at.zone)


def asked_to_call(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A mail to the patient."""
    wording = Wording(form.cleaned_data["wording"])
    patient_mails.ask_to_call(actor, at.case, wording=wording, zone=at.zone)


def document(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A file."""
    kind = DocumentKind(form.cleaned_data["kind"])
    documents.add_document(
        actor,
        at.case,
        kind=kind,
        title=form.typed("title") or kind.label,
        content=form.cleaned_data["file"].read(),
        zone=at.zone,
    )


def handed_over(actor: Actor, at: AtHand, form: StepForm) -> None:
    """Somebody else looks after it."""
    assignment.reassign(actor, at.case, to=form.cleaned_data["assigned_to"], zone=at.zone)


def date_by_hand(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A date that no rule gives."""
    timing.set_date(
        actor,
        at.case,
        due=form.cleaned_data["due"],
        owed_by=OwedBy(form.cleaned_data["owed_by"]),
        what=form.typed("what"),
    )


def task(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A missing fact is supplied, or a task ticked off."""
    request, key, cleaned = at.case, str(at.subject.pk), form.cleaned_data
    if isinstance(form, SupplyDateForm):
        missing_facts.supply_date(actor, request, event_key=key, happened=cleaned["happened"])
    elif isinstance(form, SupplyNoticeForm):
        missing_facts.supply_notice(
            actor,
            request,
            event_key=key,
            dated_on=cleaned["notice_dated"],
            received_on=cleaned["notice_received"],
            appeal_by_on=cleaned["appeal_by"],
        )
    else:
        missing_facts.tick_off(actor, request, event_key=key)


def let_pass(actor: Actor, at: AtHand, form: StepForm) -> None:
    """A date of ours is let pass, with the reason."""
    letting_pass.let_pass(actor, at.subject, reason=form.cleaned_data["reason"])


def plan(actor: Actor, at: AtHand, form: PlanFactsForm) -> None:
    """Other facts about the plan."""
    plan = at.case.coverage.plan
    if not form.changes(plan):
        raise MissingFact("line_of_business", "Nothing is different from what is on file.")
    plan_facts.change(actor, at.case, form.facts(), zone=at.zone)
