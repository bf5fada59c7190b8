"""The vocabulary: one word per thing, each with the label staff read.

Values are stored in the database and in rule files: never change one, only its label.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A stored value with the label that staff read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs (value, label) in order of definition, as Django's choices want them."""
        return [(member.value, member.label) for member in cls]


# ------------------------------------------------------------------ who and which plan


class Role(Term):
    """What a staff member may do in one clinic."""

    OWNER = "owner", "Owner"
    LEAD = "lead", "Billing lead"
    BILLER = "biller", "Biller"
    CLINICIAN = "clinician", "Clinician"
    AUDITOR = "auditor", "Auditor (looks only)"


class LineOfBusiness(Term):
    """Which body of law can govern a plan. Funding, state and grandfathering are separate facts."""

    EMPLOYER = "employer", "Employer plan"
    INDIVIDUAL = "individual", "Individual plan, bought direct"
    EXCHANGE = "exchange", "Marketplace (exchange) plan"
    MEDICARE_ADVANTAGE = "medicare_advantage", "Medicare Advantage"
    ORIGINAL_MEDICARE = "original_medicare", "Original Medicare"
    PART_D = "part_d", "Medicare Part D"
    DSNP = "dsnp_integrated", "Medicare-Medicaid integrated (D-SNP)"
    MEDICAID_MANAGED_CARE = "medicaid_managed_care", "Medicaid managed care"
    MEDICAID_FFS = "medicaid_ffs", "Medicaid fee-for-service"
    CHIP = "chip", "CHIP"
    TRICARE = "tricare", "TRICARE"
    FEHB = "fehb", "Federal employees (FEHB)"
    PSHB = "pshb", "Postal employees (PSHB)"
    NONFEDERAL_GOVERNMENT = "nonfed_gov", "State or local government employer"
    VA_COMMUNITY_CARE = "va_community_care", "VA community care"
    WORKERS_COMPENSATION = "workers_compensation", "Workers' compensation"
    UNKNOWN = "unknown", "Not known yet"


class Funding(Term):
    """Who bears the cost: decides between state law and ERISA."""

    INSURED = "insured", "Fully insured"
    SELF_FUNDED = "self_funded", "Self-funded"
    UNKNOWN = "unknown", "Not known yet"


class Urgency(Term):
    STANDARD = "standard", "Standard"
    EXPEDITED = "expedited", "Urgent (expedited)"


class ReviewTiming(Term):
    PROSPECTIVE = "prospective", "Before treatment"
    CONCURRENT = "concurrent", "During an approved course"
    RETROSPECTIVE = "retrospective", "After treatment"


class Product(Term):
    RACEMIC_KETAMINE = "racemic_ketamine", "Ketamine infusion (racemic, off-label)"
    ESKETAMINE = "esketamine", "Esketamine nasal spray (Spravato)"


class Cadence(Term):
    """How often sessions are planned."""

    TWICE_WEEKLY = "twice_weekly", "Twice a week"
    WEEKLY = "weekly", "Once a week"
    THREE_WEEKLY = "thrice_weekly", "Three times a week"
    EVERY_TWO_WEEKS = "every_two_weeks", "Every two weeks"
    EVERY_THREE_WEEKS = "every_three_weeks", "Every three weeks"
    MONTHLY = "monthly", "Once a month"
    CONSECUTIVE_DAYS = "consecutive_days", "On consecutive days"
    AS_NEEDED = "as_needed", "As needed"


class SeriesPhase(Term):
    """Which part of a course a session belongs to."""

    INDUCTION = "induction", "Induction"
    MAINTENANCE = "maintenance", "Maintenance"
    BOOSTER = "booster", "Booster"


class InfusionStatus(Term):
    """What became of a session."""

    PLANNED = "planned", "Planned"
    DONE = "done", "Given"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "Did not come"


class ItemKind(Term):
    """What a line asks for: a drug and a service may run on different clocks."""

    SERVICE = "service", "Service"
    DRUG = "drug", "Drug"


class Channel(Term):
    PORTAL = "portal", "Payer portal"
    FAX = "fax", "Fax"
    PHONE = "phone", "Phone"
    MAIL = "mail", "Mail"


# ------------------------------------------------------------------ what the payer answers


class Outcome(Term):
    """The payer's decision on one line."""

    APPROVED = "approved", "Approved"
    PARTLY_APPROVED = "partly_approved", "Approved in part"
    MODIFIED = "modified", "Approved with changes"
    DENIED = "denied", "Denied"
    DISMISSED = "dismissed", "Dismissed without a decision"
    WITHDRAWN = "withdrawn", "Withdrawn"


ADVERSE_OUTCOMES = frozenset(
    {Outcome.DENIED, Outcome.PARTLY_APPROVED, Outcome.MODIFIED, Outcome.DISMISSED}
)
APPROVING_OUTCOMES = frozenset({Outcome.APPROVED, Outcome.PARTLY_APPROVED, Outcome.MODIFIED})


class AppealOutcome(Term):
    """How an appeal, an external review or a peer-to-peer ended."""

    UPHELD = "upheld", "Denial upheld"
    OVERTURNED = "overturned", "Denial overturned"
    PARTLY_OVERTURNED = "partly_overturned", "Overturned in part"
    DISMISSED = "dismissed", "Dismissed without a decision"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AppealLevel(Term):
    FIRST = "first", "First internal appeal"
    SECOND = "second", "Second internal appeal"


class StatusAnswer(Term):
    """What a look at the status brought."""

    PENDING = "pending", "Still pending"
    DECIDED = "decided", "Decided"
    NOT_FOUND = "not_found", "They cannot find it"


class KnownBy(Term):
    """Where what we know of the payer's status comes from."""

    PORTAL = "portal", "portal"
    FAX = "fax", "fax"
    PHONE = "phone", "phone"
    MAIL = "mail", "mail"
    PAYER = "payer", "its answer"
    OURS = "ours", "when sent"


# ------------------------------------------------------------------ clocks


class OwedBy(Term):
    CLINIC = "clinic", "Ours"
    PAYER = "payer", "Theirs"


class Standing(Term):
    """Of a deadline."""

    RUNNING = "running", "Running"
    TOLLED = "tolled", "Stopped while something is awaited"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    SUPERSEDED = "superseded", "Replaced"


class ClockKind(Term):
    """What a deadline is for. The rulebook's phases, and what staff set or the payer promised."""

    PA_DECISION = "pa_decision", "Payer's decision on the request"
    EXTENSION = "extension", "Payer's extended decision"
    INFO_REQUEST = "info_request", "Payer's notice of what is missing"
    INFO_SUPPLY = "info_supply", "Our answer to the payer's request for information"
    NOTICE = "notice", "Payer's written notice"
    PEER_TO_PEER = "peer_to_peer", "Peer-to-peer window"
    RESUBMISSION = "resubmission", "Correct and resubmit the request"
    PA_NOT_ALLOWED = "pa_not_allowed", "Prior authorization is not allowed"
    APPEAL_FILING = "appeal_filing", "File the internal appeal"
    APPEAL_DECISION = "appeal_decision", "Payer's decision on the appeal"
    EXTERNAL_FILING = "external_filing", "File for external review"
    EXTERNAL_DECISION = "external_decision", "External review decision"
    FAIR_HEARING = "fair_hearing", "Ask for a fair hearing"
    CONTINUATION_OF_BENEFITS = "continuation_of_benefits", "Ask to keep benefits during the appeal"
    EFFECTUATION = "effectuation", "Payer carries out the reversal"
    RETRO_AUTHORIZATION = "retro_authorization", "Ask for approval after the fact"
    TIMELY_FILING = "timely_filing", "File the claim"
    # Not from the rulebook:
    SUBMIT_BY = "submit_by", "Submit the request"
    APPOINTMENT = "appointment", "Peer-to-peer appointment"
    PROMISE = "promise", "What the payer's representative promised"
    AUTHORIZATION_ENDS = "authorization_ends", "Authorization ends"
    UNITS_END = "units_end", "Approved units run out"
    INFUSION_BOOKED = "infusion_booked", "Infusion booked without approval"
    AGREEMENT_ENDS = "agreement_ends", "Agreement with the payer ends"
    CONSENT_ENDS = "consent_ends", "Representative's consent ends"
    MISSING_FACT = "missing_fact", "A fact is missing on the case"
    BY_HAND = "by_hand", "Date set by hand"


# ------------------------------------------------------------------ what happens to a case


class EventKind(Term):
    """A recorded fact. Each is one row of the transition table in `lifecycle/transitions.py`."""

    REQUEST_OPENED = "request_opened", "Request opened"
    REQUEST_CORRECTED = "request_corrected", "Draft corrected"
    SUBMITTED = "submitted", "Submitted to the payer"
    RECEIVED_BY_PAYER = "received_by_payer", "Received by the payer"
    REJECTED_BY_PAYER = "rejected_by_payer", "Sent back undecided by the payer (fix and resend)"
    INFORMATION_REQUESTED = "information_requested", "Payer asked for more information"
    INFORMATION_SENT = "information_sent", "Information sent to the payer"
    PACKET_COMPLETE = "packet_complete", "Payer has all necessary information"
    EXTENSION_NOTICED = "extension_noticed", "Payer gave notice of an extension"
    URGENCY_CHANGED = "urgency_changed", "Urgency changed"
    DETERMINED = "determined", "Payer's determination"
    PEER_TO_PEER_REQUESTED = "peer_to_peer_requested", "Peer-to-peer requested"
    PEER_TO_PEER_SCHEDULED = "peer_to_peer_scheduled", "Peer-to-peer scheduled"
    PEER_TO_PEER_HELD = "peer_to_peer_held", "Peer-to-peer held"
    APPEAL_FILED = "appeal_filed", "Appeal filed"
    APPEAL_RECEIVED = "appeal_received", "Appeal received by the payer"
    APPEAL_DECIDED = "appeal_decided", "Appeal decided"
    EXTERNAL_REVIEW_FILED = "external_review_filed", "External review filed"
    EXTERNAL_REVIEW_ASSIGNED = "external_review_assigned", "External reviewer has the case"
    EXTERNAL_REVIEW_DECIDED = "external_review_decided", "External review decided"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Reopened"
    # Recorded on the timeline, moving nothing:
    CALL_LOGGED = "call_logged", "Insurer call"
    STATUS_CHECKED = "status_checked", "Status checked"
    PROMISE_SETTLED = "promise_settled", "Promise settled"
    NOTE_ADDED = "note_added", "Note"
    DOCUMENT_ADDED = "document_added", "Document"
    PATIENT_ASKED_TO_CALL = "patient_asked_to_call", "Patient asked to call"
    LETTER_PREPARED = "letter_prepared", "Appeal letter ready to sign"
    LETTER_SIGNED = "letter_signed", "Appeal letter signed"
    REASSIGNED = "reassigned", "Case handed over"
    DATE_SET_BY_HAND = "date_set_by_hand", "Date set by hand"
    DEADLINE_LET_PASS = "deadline_let_pass", "Deadline let pass on purpose"
    AUTHORIZATION_ENTERED = "authorization_entered", "Authorization details entered"
    SERIES_PLANNED = "series_planned", "Infusions planned"
    INFUSION_RECORDED = "infusion_recorded", "Infusion recorded"
    INFUSIONS_BILLED = "infusions_billed", "Infusions billed"
    PLAN_FACTS_CHANGED = "plan_facts_changed", "Coverage or plan facts changed"
    MISSING_FACT_SUPPLIED = "missing_fact_supplied", "Missing fact supplied"
    STEP_UNDONE = "step_undone", "Step undone"


class RequestStatus(Term):
    """Where a request stands: derived from its lines and proceedings, stored as a hint."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RECEIVED = "received", "With the payer"
    PENDED = "pended", "Pended: payer waits for us"
    APPROVED = "approved", "Approved"
    PARTLY_APPROVED = "partly_approved", "Approved in part"
    DENIED = "denied", "Denied"
    UNDER_APPEAL = "under_appeal", "Under appeal"
    UNDER_EXTERNAL_REVIEW = "under_external_review", "Under external review"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"


OPEN_STATUSES = frozenset(set(RequestStatus) - {RequestStatus.WITHDRAWN, RequestStatus.CLOSED})


class LineStatus(Term):
    """Where one service line stands."""

    REQUESTED = "requested", "No decision yet"
    APPROVED = "approved", "Approved"
    PARTLY_APPROVED = "partly_approved", "Approved in part"
    MODIFIED = "modified", "Approved with changes"
    DENIED = "denied", "Denied"
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "Withdrawn"
