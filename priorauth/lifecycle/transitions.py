"""ONE table: what may happen to a case, from where to where, with which facts, and who may.

Screens take their buttons from it, imports and the shell their refusals, `docs/lifecycle.md` its
text. A row says where the request must stand (`request_in`), for a proceeding also its stage
(`stage_in`), and which condition must hold besides. What then changes is in `effects.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from priorauth.lifecycle import conditions
from priorauth.lifecycle.conditions import Condition
from priorauth.lifecycle.states import ENDED, WITH_THE_PAYER, Filing, ProceedingKind, Stage
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    Channel,
    EventKind,
    Role,
    StatusAnswer,
    Term,
    Urgency,
)

BILLING = frozenset({Role.OWNER, Role.LEAD, Role.BILLER})
BILLING_AND_CLINICIAN = BILLING | {Role.CLINICIAN}
SIGNING = frozenset({Role.OWNER, Role.LEAD, Role.CLINICIAN})

ANY_OPENED = frozenset(set(Filing) - {Filing.NOT_OPENED})
NOT_ENDED = ANY_OPENED - ENDED
SENT = WITH_THE_PAYER | {Filing.DETERMINED}
NEW = frozenset({Stage.NONE})


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that a step must bring: its name, and what to say when it is missing.

    `words` is the vocabulary its value must come from, None for a value of another sort.
    """

    name: str
    ask: str
    words: type[Term] | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. `cannot` completes "..., so {cannot}" in a refusal.

    `to` and `to_stage` are None when the step moves nothing of that sort; `also` says in words
    which further facts some cases need (`requirements.py` demands them).
    """

    event: EventKind
    label: str
    help: str
    cannot: str
    request_in: frozenset[Filing]
    to: str = ""
    proceeding: ProceedingKind | None = None
    stage_in: frozenset[Stage] = frozenset()
    to_stage: Stage | None = None
    facts: tuple[Need, ...] = ()
    also: str = ""
    condition: Condition | None = None
    roles: frozenset[Role] = BILLING
    refusals: Mapping[Filing, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_opening(self) -> bool:
        """The step can begin a new proceeding."""
        return Stage.NONE in self.stage_in

    @property
    def moves(self) -> bool:
        """The step changes where the request, a line or a proceeding stands."""
        return bool(self.to) or self.proceeding is not None

    @property
    def records_only(self) -> bool:
        """The step stands on the timeline and moves nothing."""
        return not self.moves

    def request_refusal(self, filing: Filing) -> str:
        """Why the step does not fit a request that stands there and what to do; "" when it does."""
        if filing in self.request_in:
            return ""
        return self.refusals.get(filing) or REQUEST_REFUSALS[filing].format(cannot=self.cannot)

    def stage_refusal(self, stage: Stage) -> str:
        """Why the step does not fit a proceeding at that stage and what to do; "" when it does."""
        if stage in self.stage_in or self.proceeding is None:
            return ""
        return STAGE_REFUSALS[stage].format(cannot=self.cannot, what=self.proceeding.label)


REQUEST_REFUSALS: Mapping[Filing, str] = {
    Filing.NOT_OPENED: "This request has not been opened yet, so {cannot}. Open the request first.",
    Filing.DRAFT: "This request was never submitted, so {cannot}. Record the submission first.",
    Filing.SUBMITTED: "This request is with the payer, so {cannot}. Record its answer first.",
    Filing.RECEIVED: "This request is with the payer, so {cannot}. Record its answer first.",
    Filing.PENDED: (
        "The payer waits for information on this request, so {cannot}. "
        "Record the information sent first."
    ),
    Filing.DETERMINED: (
        "The payer has decided every line of this request, so {cannot}. "
        "Record a peer-to-peer or an appeal instead, or undo the determination if it is wrong."
    ),
    Filing.WITHDRAWN: "This request was withdrawn, so {cannot}. Reopen the request first.",
    Filing.CLOSED: "This request is closed, so {cannot}. Reopen the request first.",
}

STAGE_REFUSALS: Mapping[Stage, str] = {
    Stage.NONE: "{what}: it is not on file yet, so {cannot}. Record how it began first.",
    Stage.OPEN: "{what}: it waits for our answer, so {cannot}. Record the information sent first.",
    Stage.ANSWERED: "{what}: it was answered already, so {cannot}. Undo the answer if it is wrong.",
    Stage.LAPSED: (
        "{what}: the payer sent the request back since it asked, so {cannot}. "
        "Send the information with the new submission instead."
    ),
    Stage.REQUESTED: "{what}: it is already on file, so {cannot}. Record its next step instead.",
    Stage.SCHEDULED: "{what}: it is already scheduled, so {cannot}. Record how it ended instead.",
    Stage.HELD: "{what}: it is already over, so {cannot}. Undo its outcome if that is wrong.",
    Stage.FILED: "{what}: it is already filed, so {cannot}. Record its next step instead.",
    Stage.RECEIVED: "{what}: it is already received, so {cannot}. Record its decision instead.",
    Stage.ASSIGNED: "{what}: the reviewer has it, so {cannot}. Record its decision instead.",
    Stage.DECIDED: "{what}: it is already decided, so {cannot}. Undo the decision if it is wrong.",
}

_UNDECIDED_CLOSE = (
    "The payer has not decided every line, so it cannot be closed. "
    "Record the determination, or withdraw the request."
)
_ALREADY_OPEN = "This request is already open. Record its next step, or open another request."
_STILL_OPEN = "This request is not closed, so there is nothing to reopen. Choose another step."
_ALREADY_SUBMITTED = (
    "This request is already with the payer. If the payer sent it back, record that first; "
    "if the submission was recorded wrongly, undo it."
)
_OUTCOME = Need("outcome", "Choose how it ended.", AppealOutcome)
_URGENCY = Need("urgency", "Choose whether it is standard or urgent.", Urgency)
_OVERTURNED = (
    "`lines_overturned` when only some of several lines were overturned (with one line, "
    "“overturned in part” makes it approved in part)"
)
_NOTICE = "`notice_dated` or `notice_received`, else `notice_awaited` (not here yet)"

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        EventKind.REQUEST_OPENED,
        label="Open request",
        help="Start a request: patient, coverage, codes, diagnoses and urgency.",
        cannot="it cannot be opened again",
        request_in=frozenset({Filing.NOT_OPENED}),
        to=Filing.DRAFT,
        also="`urgency` and `reason_given` when known",
        refusals=dict.fromkeys(
            ANY_OPENED,
            "This request is already open. Record its next step, or open another request.",
        ),
    ),
    Transition(
        EventKind.REQUEST_CORRECTED,
        label="Correct the draft",
        help="Mend what was taken in wrongly, before the payer has it: codes, diagnoses, coverage.",
        cannot="it cannot be corrected",
        request_in=frozenset({Filing.DRAFT}),
        to="the same, with what was corrected",
        also="`urgency` when it was corrected, and for an urgent one the clinician's reason "
        "(`reason_given`)",
        refusals={
            **dict.fromkeys(
                WITH_THE_PAYER,
                "The payer has this request, so what it asks for stands. If the payer sent it "
                "back, record that first; if the submission was recorded wrongly, undo it.",
            ),
            Filing.DETERMINED: (
                "The payer has decided this request, so what it asked for stands. "
                "File an appeal, or open a new request."
            ),
        },
    ),
    Transition(
        EventKind.SUBMITTED,
        label="Record submission",
        help="Say how and when the request went to the payer, with its confirmation number.",
        cannot="it cannot be submitted",
        request_in=frozenset({Filing.DRAFT}),
        to=Filing.SUBMITTED,
        facts=(Need("channel", "Choose how the request was sent.", Channel),),
        also=(
            "by portal: `has_confirmation`, or `reason_without_confirmation`; "
            "urgent: the clinician's reason (`reason_given`)"
        ),
        condition=conditions.has_a_line,
        refusals={
            **dict.fromkeys(WITH_THE_PAYER, _ALREADY_SUBMITTED),
            Filing.DETERMINED: (
                "The payer has decided this request, so it cannot be submitted again. "
                "File an appeal, or open a new request."
            ),
        },
    ),
    Transition(
        EventKind.RECEIVED_BY_PAYER,
        label="Record receipt by the payer",
        help="Most of the payer's clocks start when it has the request, not when we sent it.",
        cannot="its receipt cannot be recorded",
        request_in=SENT,
        to=Filing.RECEIVED,
        condition=conditions.receipt_is_not_recorded,
    ),
    Transition(
        EventKind.INFORMATION_REQUESTED,
        label="Record the payer's request for information",
        help="The payer asks for records or answers: the request is pended until we send them.",
        cannot="a request for information cannot be recorded",
        request_in=SENT,
        to=Filing.PENDED,
        proceeding=ProceedingKind.INFORMATION,
        stage_in=NEW,
        to_stage=Stage.OPEN,
        condition=conditions.payer_is_deciding,
    ),
    Transition(
        EventKind.INFORMATION_SENT,
        label="Record information sent",
        help="Say when our answer to the payer's question went out.",
        cannot="an answer cannot be recorded",
        request_in=SENT,
        to="what it was before the question",
        proceeding=ProceedingKind.INFORMATION,
        stage_in=frozenset({Stage.OPEN}),
        to_stage=Stage.ANSWERED,
    ),
    Transition(
        EventKind.PACKET_COMPLETE,
        label="Record that the payer has everything",
        help="The payer says that nothing is missing: some clocks count from that day.",
        cannot="a complete packet cannot be recorded",
        request_in=WITH_THE_PAYER - {Filing.PENDED},
    ),
    Transition(
        EventKind.EXTENSION_NOTICED,
        label="Record the payer's extension",
        help="The payer gave notice that it takes more time to decide.",
        cannot="an extension cannot be recorded",
        request_in=SENT,
        condition=conditions.payer_is_deciding,
    ),
    Transition(
        EventKind.REJECTED_BY_PAYER,
        label="Record that the payer sent it back",
        help="The payer returned the request undecided: mend it and submit it again.",
        cannot="a return cannot be recorded",
        request_in=WITH_THE_PAYER,
        to=Filing.DRAFT,
        condition=conditions.no_line_is_decided,
    ),
    Transition(
        EventKind.DETERMINED,
        label="Record determination",
        help="Enter the payer's answer line by line, with the dates on and of its notice.",
        cannot="a determination cannot be recorded",
        request_in=SENT,
        to="determined, when no line is left undecided; each line as the payer answered it",
        facts=(
            Need("outcomes", "Choose the payer's answer for each line it decided."),
            Need("adverse", "Choose the payer's answer for each line it decided."),
        ),
        also=f"any line refused in whole or part: {_NOTICE}; `appeal_by`, `peer_to_peer_by` "
        "as printed, if printed. The authorization number may come later.",
        condition=conditions.a_line_awaits_a_decision,
    ),
    Transition(
        EventKind.PEER_TO_PEER_REQUESTED,
        label="Record peer-to-peer request",
        help="Ask for the clinician's talk with the payer's medical director. It stops no clock.",
        cannot="a peer-to-peer cannot be asked for",
        request_in=SENT,
        proceeding=ProceedingKind.PEER_TO_PEER,
        stage_in=NEW,
        to_stage=Stage.REQUESTED,
        condition=conditions.a_line_can_be_talked_about,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.PEER_TO_PEER_SCHEDULED,
        label="Schedule peer-to-peer",
        help="Enter the time agreed with the payer's medical director, also when it moves.",
        cannot="a peer-to-peer cannot be scheduled",
        request_in=SENT,
        proceeding=ProceedingKind.PEER_TO_PEER,
        stage_in=frozenset({Stage.NONE, Stage.REQUESTED, Stage.SCHEDULED}),
        to_stage=Stage.SCHEDULED,
        facts=(Need("scheduled_for", "Enter the day and hour agreed for the talk."),),
        condition=conditions.a_line_can_be_talked_about,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.PEER_TO_PEER_HELD,
        label="Record how the peer-to-peer ended",
        help="Enter the outcome of the talk, also when it was cancelled.",
        cannot="the outcome of a peer-to-peer cannot be recorded",
        request_in=SENT,
        to="each line as the talk left it",
        proceeding=ProceedingKind.PEER_TO_PEER,
        stage_in=frozenset({Stage.NONE, Stage.REQUESTED, Stage.SCHEDULED}),
        to_stage=Stage.HELD,
        facts=(_OUTCOME,),
        also=_OVERTURNED,
        condition=conditions.a_line_can_be_talked_about,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.APPEAL_FILED,
        label="Record appeal filed",
        help="Say which lines were appealed, at which level, how urgently, and when.",
        cannot="an appeal cannot be recorded",
        request_in=SENT,
        proceeding=ProceedingKind.APPEAL,
        stage_in=NEW,
        to_stage=Stage.FILED,
        facts=(
            Need("level", "Choose whether it is the first or the second appeal.", AppealLevel),
            _URGENCY,
        ),
        also="`received_by_payer` when already known; lines never decided: `against_silence`",
        condition=conditions.a_line_can_be_appealed,
    ),
    Transition(
        EventKind.APPEAL_RECEIVED,
        label="Record receipt of the appeal",
        help="The payer's clock on the appeal starts when the payer has it.",
        cannot="its receipt cannot be recorded",
        request_in=SENT,
        proceeding=ProceedingKind.APPEAL,
        stage_in=frozenset({Stage.FILED, Stage.RECEIVED, Stage.DECIDED}),
        to_stage=Stage.RECEIVED,
        condition=conditions.appeal_receipt_is_not_recorded,
    ),
    Transition(
        EventKind.APPEAL_DECIDED,
        label="Record appeal decision",
        help="Enter the payer's decision on the appeal, also when the appeal was withdrawn.",
        cannot="a decision on the appeal cannot be recorded",
        request_in=SENT,
        to="each line as the decision left it",
        proceeding=ProceedingKind.APPEAL,
        stage_in=frozenset({Stage.FILED, Stage.RECEIVED}),
        to_stage=Stage.DECIDED,
        facts=(_OUTCOME,),
        also=f"upheld or overturned in part: `is_final_internal` and {_NOTICE}; {_OVERTURNED}",
    ),
    Transition(
        EventKind.EXTERNAL_REVIEW_FILED,
        label="Record external review filed",
        help="Ask reviewers outside the payer, after the final internal denial or beside an "
        "urgent appeal.",
        cannot="an external review cannot be recorded",
        request_in=SENT,
        proceeding=ProceedingKind.EXTERNAL_REVIEW,
        stage_in=NEW,
        to_stage=Stage.FILED,
        facts=(_URGENCY,),
        also="standard and before a final internal denial: `deemed_exhausted`",
        condition=conditions.a_line_can_be_reviewed,
    ),
    Transition(
        EventKind.EXTERNAL_REVIEW_ASSIGNED,
        label="Record that the reviewer has the case",
        help="The reviewer's clock starts when it has the case.",
        cannot="the reviewer's receipt cannot be recorded",
        request_in=SENT,
        proceeding=ProceedingKind.EXTERNAL_REVIEW,
        stage_in=frozenset({Stage.FILED}),
        to_stage=Stage.ASSIGNED,
    ),
    Transition(
        EventKind.EXTERNAL_REVIEW_DECIDED,
        label="Record external review decision",
        help="Enter the reviewer's decision: it binds the payer.",
        cannot="a decision of the external review cannot be recorded",
        request_in=SENT,
        to="each line as the decision left it",
        proceeding=ProceedingKind.EXTERNAL_REVIEW,
        stage_in=frozenset({Stage.FILED, Stage.ASSIGNED}),
        to_stage=Stage.DECIDED,
        facts=(_OUTCOME,),
        also=_OVERTURNED,
    ),
    Transition(
        EventKind.URGENCY_CHANGED,
        label="Change urgency",
        help="Our clinician explains why it is urgent, or the payer treats it as standard.",
        cannot="its urgency cannot be changed",
        request_in=NOT_ENDED,
        to="the same, with the new urgency",
        facts=(_URGENCY, Need("by", "Choose who changed the urgency: the clinician or the payer.")),
        also="urgent by the clinician: the clinician's reason (`reason_given`)",
        condition=conditions.urgency_can_matter,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.WITHDRAWN,
        label="Withdraw",
        help="Take back the request, or some of its lines, before the payer decides.",
        cannot="it cannot be withdrawn",
        request_in=NOT_ENDED,
        to="withdrawn, when no other line is left",
        condition=conditions.a_line_can_be_withdrawn,
        refusals={
            Filing.WITHDRAWN: "This request was withdrawn already. Reopen it if that was wrong.",
        },
    ),
    Transition(
        EventKind.CLOSED,
        label="Close",
        help="Nothing is left to do: take the request off the worklist.",
        cannot="it cannot be closed",
        request_in=frozenset({Filing.DETERMINED}),
        to=Filing.CLOSED,
        condition=conditions.nothing_is_running,
        refusals={
            Filing.DRAFT: "This draft was never submitted, so there is nothing to close. "
            "Withdraw it instead.",
            **dict.fromkeys(WITH_THE_PAYER, _UNDECIDED_CLOSE),
            Filing.CLOSED: "This request is closed already. Reopen it if that was wrong.",
        },
    ),
    Transition(
        EventKind.REOPENED,
        label="Reopen",
        help="Take up a closed or withdrawn request again where it stood.",
        cannot="it cannot be reopened",
        request_in=ENDED,
        to="what it was before",
        refusals=dict.fromkeys(NOT_ENDED, _STILL_OPEN),
    ),
    Transition(
        EventKind.CALL_LOGGED,
        label="Log call",
        help="Who was reached at the insurer, under which reference number, and what was said.",
        cannot="a call cannot be logged",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.STATUS_CHECKED,
        label="Record status check",
        help="The portal, a call or a fax said where it stands, and when to look again.",
        cannot="there is no status to look up",
        request_in=SENT,
        facts=(
            Need("how", "Choose where you looked.", Channel),
            Need("said", "Choose what the payer says.", StatusAnswer),
        ),
        also="still pending: `look_again`, when to look next; `reference` when there is one",
        condition=conditions.payer_owes_an_answer,
    ),
    Transition(
        EventKind.NOTE_ADDED,
        label="Add note",
        help="Write down what others on the case should know.",
        cannot="a note cannot be added",
        request_in=ANY_OPENED,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.DOCUMENT_ADDED,
        label="Add document",
        help="Keep a letter, a record or a receipt with the case.",
        cannot="a document cannot be added",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.PATIENT_ASKED_TO_CALL,
        label="Ask the patient to call us",
        help="A short neutral mail that names nobody and nothing, to a patient who agreed to mail.",
        cannot="the patient cannot be written to",
        request_in=NOT_ENDED,
    ),
    Transition(
        EventKind.LETTER_PREPARED,
        label="Letter ready to sign",
        help="The draft of the appeal letter is complete: a clinician or a lead signs it.",
        cannot="no letter can be made ready",
        request_in=NOT_ENDED,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.LETTER_SIGNED,
        label="Sign the appeal letter",
        help="Signed, it is locked and kept with its hash; a later version takes its place.",
        cannot="no letter can be signed",
        request_in=NOT_ENDED,
        roles=SIGNING,
    ),
    Transition(
        EventKind.AUTHORIZATION_ENTERED,
        label="Enter authorization",
        help="Enter number, units and dates of what the payer authorized.",
        cannot="an authorization cannot be entered",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.SERIES_PLANNED,
        label="Plan infusions",
        help="The dates of the course on the clinic's open days: induction, maintenance, boosters.",
        cannot="no infusions can be planned",
        request_in=NOT_ENDED,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.INFUSION_RECORDED,
        label="Record infusion",
        help="Start, stop and pauses give the minutes and the units; or it was moved, cancelled, "
        "or the patient did not come.",
        cannot="no infusion can be recorded",
        request_in=ANY_OPENED,
        roles=BILLING_AND_CLINICIAN,
    ),
    Transition(
        EventKind.INFUSIONS_BILLED,
        label="Mark billed",
        help="The claims for these infusions went out.",
        cannot="no infusion can be marked as billed",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.PROMISE_SETTLED,
        label="Settle promise",
        help="Say whether the payer's representative kept the promise.",
        cannot="a promise cannot be settled",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.MISSING_FACT_SUPPLIED,
        label="Supply missing fact",
        help="Fill in a date or number that was not known when a step was recorded.",
        cannot="a missing fact cannot be supplied",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.PLAN_FACTS_CHANGED,
        label="Correct coverage or plan",
        help="Other facts about the plan can bring other law and other dates.",
        cannot="its plan cannot be corrected",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.DATE_SET_BY_HAND,
        label="Set a date by hand",
        help="For a deadline that no rule on file gives.",
        cannot="a date cannot be set",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.DEADLINE_LET_PASS,
        label="Let a deadline pass",
        help="Nobody will act on a date of ours, and why: it leaves the worklist.",
        cannot="no deadline can be let pass",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.REASSIGNED,
        label="Hand over",
        help="Give the case, and its reminders, to another person.",
        cannot="it cannot be handed over",
        request_in=ANY_OPENED,
    ),
    Transition(
        EventKind.STEP_UNDONE,
        label="Undo",
        help="Take back a step that was recorded wrongly: offered on the timeline, step by step.",
        cannot="no step can be undone",
        request_in=ANY_OPENED,
        also="who recorded the step may undo it, and so may the billing lead and the owner",
        roles=BILLING_AND_CLINICIAN,
    ),
)

_BY_EVENT = MappingProxyType({row.event: row for row in TRANSITIONS})


def transition_of(event: EventKind) -> Transition:
    """The row of this event; every `EventKind` has exactly one."""
    return _BY_EVENT[event]
