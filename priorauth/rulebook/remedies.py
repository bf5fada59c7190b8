"""What follows when a limit passes unused, in the words that staff read."""

from __future__ import annotations

from priorauth.terms import Term


class Remedy(Term):
    """The consequence of a missed limit. The label is the sentence on screen."""

    NONE = "none", "The rule attaches no consequence: call, and keep a record of the delay."
    NOT_SEEN = "not_seen", "What follows from lateness is not on file: ask the regulator."
    DEEMED_EXHAUSTED = (
        "deemed_exhausted",
        "Internal appeals may be treated as exhausted: external review can start.",
    )
    DECISION_ON_RECORD = (
        "decision_on_record",
        "The payer may decide on what it has, without the missing information.",
    )
    NOBODY_DECIDES = (
        "nobody_decides",
        "Nobody decides on what was not sent: the patient gets no treatment.",
    )
    CLAIM_REFUSED = (
        "claim_refused",
        "The payer refuses the claim, whatever the treatment was worth.",
    )
    RIGHT_LOST = "right_lost", "The right to this step is lost."
    RIGHT_LOST_UNLESS_GOOD_CAUSE = (
        "right_lost_unless_good_cause",
        "The right to this step is lost unless the payer accepts good cause for lateness.",
    )
    ADVERSE_AND_APPEALABLE = (
        "adverse_and_appealable",
        "Silence counts as a denial that can be appealed at once. It is not an approval.",
    )
    COUNTS_AS_DENIAL = (
        "counts_as_denial_appealable",
        "Silence is a denial dated the day the time ran out: the appeal window opens that day.",
    )
    AUTO_FORWARD_TO_IRE = (
        "auto_forward_to_ire",
        "The payer must send the case to the independent review entity itself; nothing to file.",
    )
    DEEMED_APPROVED = (
        "deemed_approved",
        "The request may count as approved: cite the section and the dates, and ask for the "
        "approval in writing before treating. It is not a promise of payment.",
    )
    DEEMED_APPROVAL_LOST = "deemed_approval_lost", "The claim to a deemed approval is lost."
    DEEMED_REVERSED = (
        "deemed_reversed",
        "Silence on the appeal reverses the denial: cite the section, ask for it in writing.",
    )
    PA_NOT_ALLOWED = (
        "pa_not_allowed",
        "The payer may not ask for prior authorization here: cite the section to it.",
    )
    COMPLAIN_TO_REGULATOR = (
        "complain_to_regulator",
        "Complain to the regulator of the plan, with the dates.",
    )
    REGULATOR_COMPLAINT = (
        "regulator_complaint",
        "Complain to the state's insurance regulator, with the dates.",
    )
    MAY_BE_IGNORED = "may_be_ignored", "Later material may be left unread by the reviewer."
    IRO_MAY_REVERSE = (
        "iro_may_reverse",
        "The reviewer may reverse the denial without the payer's file.",
    )
    EMERGENCY_SUPPLY = (
        "emergency_72_hour_supply",
        "In an emergency a 72-hour supply of the drug must be dispensed.",
    )
    BENEFITS_STOP = (
        "benefits_stop",
        "Benefits stop while the appeal is decided.",
    )
    CLAIM_STANDS = (
        "claim_cannot_be_denied_for_missing_pa",
        "The claim cannot be refused only because prior authorization is missing.",
    )
    OPM_REVIEW = "opm_review", "The Office of Personnel Management can be asked to review."
    FAIR_HEARING = "fair_hearing", "A state fair hearing can be asked for."
    STATE_REVIEW = "state_review", "The state's own review can be asked for."
    IMR_AVAILABLE = "imr_available", "Independent medical review can be asked for."
    COURT = "court", "What is left is a court."
    DROPS_TO_STANDARD = "drops_to_standard", "The case goes on as a standard one."
    APPEAL_INSTEAD = "appeal_instead", "The way on is the formal appeal."
    MEMBER_APPEAL_REMAINS = (
        "member_appeal_may_remain",
        "The provider's right is lost; the member's own appeal may still be open.",
    )
    REINSTATEMENT = "reinstatement", "Benefits are to be reinstated."
