"""ONE table of step pages: address, event, form, what is written, which clocks it settles.

What may be done now, by whom, and what the button says comes from the transition table
(`priorauth/lifecycle/transitions.py`); this table says how a screen records it. Opening a request
has a page of its own, undoing stands on the timeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.urls import reverse

from cases.desk import recording, subjects
from cases.desk.at_case import AtCase
from cases.desk.status_check import kind_after_check
from cases.desk.subjects import Subject
from cases.forms.appeals import AppealDecidedForm, AppealFileForm
from cases.forms.calls import CallForm
from cases.forms.closing import EndForm, WithdrawForm
from cases.forms.correction import CorrectionForm
from cases.forms.determinations import AuthorizationForm, DeterminationForm
from cases.forms.external_reviews import (
    ExternalReviewAssignedForm,
    ExternalReviewDecidedForm,
    ExternalReviewFileForm,
)
from cases.forms.information import (
    InformationRequestedForm,
    InformationSentForm,
    PacketCompleteForm,
)
from cases.forms.infusions import BilledForm, InfusionForm
from cases.forms.patient_mails import AskToCallForm
from cases.forms.peer_to_peer import PeerToPeerAskForm, PeerToPeerHeldForm, PeerToPeerScheduleForm
from cases.forms.plans import PlanFactsForm
from cases.forms.remarks import DocumentForm, HandOverForm, NoteForm, PromiseForm
from cases.forms.series import SeriesForm
from cases.forms.status_checks import StatusCheckForm
from cases.forms.step_form import AtHand, StepForm
from cases.forms.submissions import ReceiptForm, SentBackForm, SubmitForm
from cases.forms.timing import (
    DateByHandForm,
    ExtensionForm,
    LetPassForm,
    SupplyDateForm,
    SupplyNoticeForm,
    TickOffForm,
    UrgencyForm,
)
from cases.workflow.actor import Actor
from priorauth.lifecycle.offers import StepOffer
from priorauth.lifecycle.transitions import Transition, transition_of
from priorauth.terms import ClockKind, EventKind

Record = Callable[[Actor, AtHand, Any], object]
LeadsTo = Callable[[AtCase, Any], EventKind | None]
FindSubjects = Callable[[Any, Any, Iterable[StepOffer]], Iterable[Subject]]


@dataclass(frozen=True, slots=True)
class StepPage:
    """One row. `subjects` finds what the step can belong to; `forms` chooses a form by its sort.

    `settles` names the clocks whose dates stand beside the form. `none_of_it` says why there is
    nothing to choose from, when the life cycle would allow the step. `of_request` names the
    request itself in the address, where the step can belong to it or to what runs beside it.
    `leads_to` names the step that follows at once upon what was typed.
    """

    slug: str
    kind: EventKind
    form: type[StepForm]
    record: Record
    settles: tuple[ClockKind, ...] = ()
    subjects: FindSubjects | None = None
    forms: Mapping[str, type[StepForm]] = field(default_factory=lambda: MappingProxyType({}))
    none_of_it: str = ""
    of_request: str = ""
    leads_to: LeadsTo | None = None
    template: str = "desk/step.html"

    @property
    def transition(self) -> Transition:
        """The row of the transition table that says when the step fits."""
        return transition_of(self.kind)

    @property
    def title(self) -> str:
        """What the page and its button are called."""
        return self.transition.label

    def form_for(self, subject: Subject | None) -> type[StepForm]:
        """The form class for what the step belongs to."""
        return self.forms.get(subject.sort, self.form) if subject else self.form


_DECISION = (ClockKind.PA_DECISION, ClockKind.EXTENSION, ClockKind.NOTICE)

PAGES: tuple[StepPage, ...] = (
    StepPage(
        "correct",
        EventKind.REQUEST_CORRECTED,
        CorrectionForm,
        recording.corrected,
        settles=(ClockKind.SUBMIT_BY, ClockKind.RETRO_AUTHORIZATION),
        template="desk/new_request.html",
    ),
    StepPage(
        "submit",
        EventKind.SUBMITTED,
        SubmitForm,
        recording.submitted,
        settles=(ClockKind.SUBMIT_BY,),
    ),
    StepPage("receipt", EventKind.RECEIVED_BY_PAYER, ReceiptForm, recording.received, _DECISION),
    StepPage(
        "sent-back",
        EventKind.REJECTED_BY_PAYER,
        SentBackForm,
        recording.sent_back,
        _DECISION,
    ),
    StepPage(
        "information-requested",
        EventKind.INFORMATION_REQUESTED,
        InformationRequestedForm,
        recording.information_requested,
        settles=(*_DECISION, ClockKind.INFO_REQUEST, ClockKind.APPEAL_DECISION),
    ),
    StepPage(
        "information-sent",
        EventKind.INFORMATION_SENT,
        InformationSentForm,
        recording.information_sent,
        settles=(ClockKind.INFO_SUPPLY,),
        subjects=subjects.information_requests,
    ),
    StepPage(
        "packet-complete",
        EventKind.PACKET_COMPLETE,
        PacketCompleteForm,
        recording.packet_complete,
        settles=_DECISION,
    ),
    StepPage(
        "extension",
        EventKind.EXTENSION_NOTICED,
        ExtensionForm,
        recording.extension,
        settles=(*_DECISION, ClockKind.APPEAL_DECISION),
    ),
    StepPage(
        "urgency",
        EventKind.URGENCY_CHANGED,
        UrgencyForm,
        recording.urgency,
        settles=(*_DECISION, ClockKind.APPEAL_DECISION, ClockKind.EXTERNAL_DECISION),
        subjects=subjects.with_an_urgency,
        of_request=subjects.THE_REQUEST.key,
    ),
    StepPage(
        "determination",
        EventKind.DETERMINED,
        DeterminationForm,
        recording.determination,
        settles=_DECISION,
    ),
    StepPage(
        "authorization",
        EventKind.AUTHORIZATION_ENTERED,
        AuthorizationForm,
        recording.authorization,
        settles=(ClockKind.AUTHORIZATION_ENDS, ClockKind.MISSING_FACT),
        subjects=subjects.authorizations,
        none_of_it="No approval is on file yet. Record the payer's determination first: it brings "
        "the authorization.",
    ),
    StepPage("series", EventKind.SERIES_PLANNED, SeriesForm, recording.series),
    StepPage(
        "infusion",
        EventKind.INFUSION_RECORDED,
        InfusionForm,
        recording.infusion,
        settles=(
            ClockKind.INFUSION_BOOKED,
            ClockKind.UNITS_END,
            ClockKind.AUTHORIZATION_ENDS,
        ),
        subjects=subjects.infusions,
    ),
    StepPage(
        "billed",
        EventKind.INFUSIONS_BILLED,
        BilledForm,
        recording.billed,
        settles=(ClockKind.TIMELY_FILING,),
        subjects=subjects.unbilled,
        none_of_it="No infusion waits to be billed: record infusions first.",
    ),
    StepPage(
        "peer-to-peer-ask",
        EventKind.PEER_TO_PEER_REQUESTED,
        PeerToPeerAskForm,
        recording.talk_asked,
        settles=(ClockKind.PEER_TO_PEER, ClockKind.APPEAL_FILING),
    ),
    StepPage(
        "peer-to-peer-schedule",
        EventKind.PEER_TO_PEER_SCHEDULED,
        PeerToPeerScheduleForm,
        recording.talk_scheduled,
        settles=(ClockKind.APPOINTMENT, ClockKind.PEER_TO_PEER, ClockKind.APPEAL_FILING),
        subjects=subjects.peer_to_peers,
    ),
    StepPage(
        "peer-to-peer-held",
        EventKind.PEER_TO_PEER_HELD,
        PeerToPeerHeldForm,
        recording.talk_held,
        settles=(ClockKind.APPOINTMENT, ClockKind.PEER_TO_PEER, ClockKind.APPEAL_FILING),
        subjects=subjects.peer_to_peers,
    ),
    StepPage(
        "appeal-file",
        EventKind.APPEAL_FILED,
        AppealFileForm,
        recording.appeal_filed,
        settles=(
            ClockKind.APPEAL_FILING,
            ClockKind.CONTINUATION_OF_BENEFITS,
            ClockKind.RESUBMISSION,
        ),
    ),
    StepPage(
        "appeal-receipt",
        EventKind.APPEAL_RECEIVED,
        ReceiptForm,
        recording.appeal_received,
        settles=(ClockKind.APPEAL_DECISION,),
        subjects=subjects.appeals,
    ),
    StepPage(
        "appeal-decision",
        EventKind.APPEAL_DECIDED,
        AppealDecidedForm,
        recording.appeal_decided,
        settles=(ClockKind.APPEAL_DECISION,),
        subjects=subjects.appeals,
    ),
    StepPage(
        "external-review-file",
        EventKind.EXTERNAL_REVIEW_FILED,
        ExternalReviewFileForm,
        recording.review_filed,
        settles=(ClockKind.EXTERNAL_FILING, ClockKind.FAIR_HEARING),
    ),
    StepPage(
        "external-review-assigned",
        EventKind.EXTERNAL_REVIEW_ASSIGNED,
        ExternalReviewAssignedForm,
        recording.review_assigned,
        settles=(ClockKind.EXTERNAL_DECISION,),
        subjects=subjects.external_reviews,
    ),
    StepPage(
        "external-review-decision",
        EventKind.EXTERNAL_REVIEW_DECIDED,
        ExternalReviewDecidedForm,
        recording.review_decided,
        settles=(ClockKind.EXTERNAL_DECISION,),
        subjects=subjects.external_reviews,
    ),
    StepPage("withdraw", EventKind.WITHDRAWN, WithdrawForm, recording.withdrawn),
    StepPage("close", EventKind.CLOSED, EndForm, recording.closed),
    StepPage("reopen", EventKind.REOPENED, EndForm, recording.reopened),
    StepPage("call", EventKind.CALL_LOGGED, CallForm, recording.call, settles=_DECISION),
    StepPage(
        "status-check",
        EventKind.STATUS_CHECKED,
        StatusCheckForm,
        recording.status_checked,
        settles=(*_DECISION, ClockKind.APPEAL_DECISION, ClockKind.EXTERNAL_DECISION),
        leads_to=kind_after_check,
    ),
    StepPage(
        "promise",
        EventKind.PROMISE_SETTLED,
        PromiseForm,
        recording.promise,
        settles=(ClockKind.PROMISE,),
        subjects=subjects.promises,
        none_of_it="No promise is open on this case. Promises are recorded with a call.",
    ),
    StepPage("note", EventKind.NOTE_ADDED, NoteForm, recording.note),
    StepPage(
        "ask-to-call",
        EventKind.PATIENT_ASKED_TO_CALL,
        AskToCallForm,
        recording.asked_to_call,
        subjects=subjects.who_may_be_written_to,
        none_of_it="No mail may go to the patient: this clinic does not write to patients, or no "
        "agreement to mail and no working address is on file. Both stand on the patient's page.",
    ),
    StepPage("document", EventKind.DOCUMENT_ADDED, DocumentForm, recording.document),
    StepPage("hand-over", EventKind.REASSIGNED, HandOverForm, recording.handed_over),
    StepPage("date", EventKind.DATE_SET_BY_HAND, DateByHandForm, recording.date_by_hand),
    StepPage(
        "task",
        EventKind.MISSING_FACT_SUPPLIED,
        TickOffForm,
        recording.task,
        settles=(ClockKind.MISSING_FACT, ClockKind.BY_HAND),
        subjects=subjects.tasks,
        forms=MappingProxyType({"date": SupplyDateForm, "notice": SupplyNoticeForm}),
        none_of_it="No date or letter is missing on this case, and no date was set by hand. A "
        "missing authorization number or last covered day is entered with the authorization, a won "
        "approval as a determination.",
    ),
    StepPage(
        "let-pass",
        EventKind.DEADLINE_LET_PASS,
        LetPassForm,
        recording.let_pass,
        subjects=subjects.dates_of_ours,
        none_of_it="No date of ours runs on this case.",
    ),
    StepPage("plan", EventKind.PLAN_FACTS_CHANGED, PlanFactsForm, recording.plan),
)

_BY_SLUG = MappingProxyType({page.slug: page for page in PAGES})
_BY_KIND = MappingProxyType({page.kind: page for page in PAGES})

ELSEWHERE = frozenset(
    {
        EventKind.REQUEST_OPENED,
        EventKind.STEP_UNDONE,
        EventKind.LETTER_PREPARED,
        EventKind.LETTER_SIGNED,
    }
)
"""Events that no step page records: intake and the appeal letter have pages of their own, undoing
stands on the timeline."""


def page_at(slug: str) -> StepPage | None:
    """The step page at that address, or None."""
    return _BY_SLUG.get(slug)


def page_of(kind: EventKind) -> StepPage | None:
    """The step page that records this kind of event, or None for those of ELSEWHERE."""
    return _BY_KIND.get(kind)


def step_url(number: str, offer: StepOffer) -> str:
    """Where the button of an offer leads."""
    if offer.kind is EventKind.REQUEST_OPENED:
        return reverse("desk:new_request")
    page = _BY_KIND[offer.kind]
    address = reverse("desk:step", args=[number, page.slug])
    of = offer.proceeding or page.of_request
    return f"{address}?of={of}" if of else address
