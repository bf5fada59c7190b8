"""The names of what can start, move or end a clock, as rule files and the JSON contract spell them.

In rule files a name outside this vocabulary is refused, because a misspelt event would move a
legal date in silence. The JSON contract leaves foreign names aside and says so, but refuses those
that look misspelt.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

# What a clock may start on.
START_EVENTS = frozenset(
    {
        "action_effective",
        "all_information_received_by_payer",
        "appeal_received_by_payer",
        "appeal_resolution_notice_dated",
        "appeal_resolution_notice_sent",
        "as_announced",
        "before_denial_is_issued",
        "case_file_received",
        "case_received_by_ire",
        "denial_notice_dated",
        "denial_notice_received",
        "denial_notice_sent",
        "earlier_of_info_received_or_info_period_end",
        "end_of_decision_period",
        "end_of_initial_period",
        "explanation_requested_by_claimant",
        "external_request_received_by_iro",
        "external_request_received_by_payer",
        "external_review_notice_received",
        "fair_hearing_requested",
        "final_denial_dated",
        "final_denial_received",
        "grievance_received",
        "info_request_received_by_clinic",
        "info_request_sent",
        "infusion_given",
        "ire_decision_received",
        "ire_reversal_received",
        "iro_assigned",
        "iro_notice_received",
        "not_applicable",
        "opm_request_received",
        "oral_notice_given",
        "peer_to_peer_requested",
        "plan_appeal_filed",
        "preliminary_review_completed",
        "reconsideration_dated",
        "reconsideration_received",
        "reconsideration_requested",
        "redetermination_dated",
        "redetermination_received",
        "request_opened",
        "request_received_by_payer",
        "request_submitted",
        "reversal_notice_received",
    }
)

# What else may be said about a case: it moves a clock that runs, or chooses between rules.
EXTRA_EVENTS = frozenset(
    {
        "appeal_levels",
        "approved_course_ends",
        "claimant_responded",
        "end_of_external_filing_window",
        "extension_notice_sent",
        "info_period_end",
        "info_received",
        "ire_decision_dated",
        "notice_dated",
        "payer_says_complex",
        "plan_issued_or_renewed",
        "proved_receipt",
        "rating_period_start",
        "state_window",
    }
)

# A notice has two dates: printed on it, and received. Received name -> printed name.
PRINTED_DATE_OF = {
    "appeal_resolution_notice_sent": "appeal_resolution_notice_dated",
    "denial_notice_received": "denial_notice_dated",
    "denial_notice_sent": "denial_notice_dated",
    "final_denial_received": "final_denial_dated",
    "ire_decision_received": "ire_decision_dated",
    "reconsideration_received": "reconsideration_dated",
    "redetermination_received": "redetermination_dated",
}

# What people add to a name that already says it is a time.
_SUFFIX = re.compile(r"_(on|at|date|time)$")
# Who decides is "the payer" in this vocabulary, whatever the plan calls itself.
_PAYER = re.compile(r"_by_(plan|insurer|issuer|carrier|mco|health_plan|ma_plan)$")

# One letter wrong, missing or swapped in a name of the usual length; farther off it is a name of
# somebody's own.
_SLIP = 0.92

_SYNONYMS = {
    "action_takes_effect": "action_effective",
    "all_information_received": "all_information_received_by_payer",
    "answer_period_end": "info_period_end",
    "answer_received": "info_received",
    "appeal_answer_dated": "appeal_resolution_notice_dated",
    "appeal_decision_dated": "appeal_resolution_notice_dated",
    "appeal_denial_dated": "final_denial_dated",
    "appeal_denial_received": "final_denial_received",
    "appeal_filed": "plan_appeal_filed",
    "appeal_received": "appeal_received_by_payer",
    "appeal_resolution_dated": "appeal_resolution_notice_dated",
    "appeal_resolution_sent": "appeal_resolution_notice_sent",
    "appeal_submitted": "plan_appeal_filed",
    "approved_course_end": "approved_course_ends",
    "approved_course_ended": "approved_course_ends",
    "approved_through": "approved_course_ends",
    "assigned_to_iro": "iro_assigned",
    "authorization_ends": "approved_course_ends",
    "benefits_end": "action_effective",
    "case_forwarded_to_ire": "case_received_by_ire",
    "claimant_answered": "claimant_responded",
    "claimant_responds": "claimant_responded",
    "claimant_response": "claimant_responded",
    "claimant_response_received": "claimant_responded",
    "clinic_answered": "claimant_responded",
    "clinic_responded": "claimant_responded",
    "complete_information_received": "all_information_received_by_payer",
    "course_end": "approved_course_ends",
    "course_ends": "approved_course_ends",
    "current_course_ends": "approved_course_ends",
    "cut_effective": "action_effective",
    "cut_takes_effect": "action_effective",
    "date_of_notice": "notice_dated",
    "decision_dated": "notice_dated",
    "decision_received": "proved_receipt",
    "denial_dated": "denial_notice_dated",
    "denial_mailed": "denial_notice_sent",
    "denial_notice_mailed": "denial_notice_sent",
    "denial_printed": "denial_notice_dated",
    "denial_received": "denial_notice_received",
    "denial_sent": "denial_notice_sent",
    "effective": "action_effective",
    "effective_date_of_action": "action_effective",
    "effective_of_action": "action_effective",
    "end_of_approved_course": "approved_course_ends",
    "end_of_external_window": "end_of_external_filing_window",
    "end_of_filing_period": "end_of_external_filing_window",
    "end_of_filing_window": "end_of_external_filing_window",
    "end_of_four_month_window": "end_of_external_filing_window",
    "end_of_four_months": "end_of_external_filing_window",
    "end_of_info_period": "info_period_end",
    "end_of_window": "end_of_external_filing_window",
    "evidence_of_receipt": "proved_receipt",
    "extension_notice": "extension_notice_sent",
    "extension_noticed": "extension_notice_sent",
    "external_filing_deadline": "end_of_external_filing_window",
    "external_filing_due": "end_of_external_filing_window",
    "external_filing_end": "end_of_external_filing_window",
    "external_filing_ends": "end_of_external_filing_window",
    "external_filing_window_end": "end_of_external_filing_window",
    "external_filing_window_ends": "end_of_external_filing_window",
    "external_review_window_end": "end_of_external_filing_window",
    "external_review_window_ends": "end_of_external_filing_window",
    "external_window_end": "end_of_external_filing_window",
    "external_window_ends": "end_of_external_filing_window",
    "fair_hearing_window": "state_window",
    "filing_deadline": "end_of_external_filing_window",
    "filing_window_closes": "end_of_external_filing_window",
    "filing_window_end": "end_of_external_filing_window",
    "filing_window_ends": "end_of_external_filing_window",
    "final_denial_notice_dated": "final_denial_dated",
    "final_denial_notice_received": "final_denial_received",
    "four_month_end": "end_of_external_filing_window",
    "four_month_window_end": "end_of_external_filing_window",
    "four_month_window_ends": "end_of_external_filing_window",
    "four_months_end": "end_of_external_filing_window",
    "hearing_request_filed": "fair_hearing_requested",
    "hearing_requested": "fair_hearing_requested",
    "hearing_window": "state_window",
    "info_period_ends": "info_period_end",
    "info_request_notice_sent": "info_request_sent",
    "info_request_period_end": "info_period_end",
    "info_request_received": "info_request_received_by_clinic",
    "info_requested": "info_request_sent",
    "info_sent": "info_received",
    "info_supplied": "info_received",
    "information_period_end": "info_period_end",
    "information_received": "info_received",
    "information_request_received": "info_request_received_by_clinic",
    "information_requested": "info_request_sent",
    "information_supplied": "info_received",
    "intended_effective": "action_effective",
    "internal_appeal_levels": "appeal_levels",
    "ire_notice_dated": "ire_decision_dated",
    "ire_notice_received": "ire_decision_received",
    "letter_dated": "notice_dated",
    "letter_received": "proved_receipt",
    "levels": "appeal_levels",
    "levels_of_appeal": "appeal_levels",
    "notice_date": "notice_dated",
    "notice_mailed": "notice_dated",
    "notice_printed": "notice_dated",
    "notice_received": "proved_receipt",
    "notice_sent": "notice_dated",
    "number_of_levels": "appeal_levels",
    "packet_complete": "all_information_received_by_payer",
    "plan_appeal_levels": "appeal_levels",
    "plan_rating_period_start": "rating_period_start",
    "printed_date": "notice_dated",
    "proof_of_receipt": "proved_receipt",
    "rating_period_began": "rating_period_start",
    "rating_period_begins": "rating_period_start",
    "rating_period_starts": "rating_period_start",
    "receipt_proved": "proved_receipt",
    "received_by_ire": "case_received_by_ire",
    "received_by_iro": "external_request_received_by_iro",
    "received_by_payer": "request_received_by_payer",
    "reduction_effective": "action_effective",
    "request_for_information_received": "info_request_received_by_clinic",
    "request_for_information_sent": "info_request_sent",
    "request_received": "request_received_by_payer",
    "resolution_notice_dated": "appeal_resolution_notice_dated",
    "resolution_notice_sent": "appeal_resolution_notice_sent",
    "responded": "claimant_responded",
    "response_received": "claimant_responded",
    "response_sent": "claimant_responded",
    "state_chose": "state_window",
    "state_hearing_days": "state_window",
    "state_hearing_window": "state_window",
    "state_window_days": "state_window",
    "submitted": "request_submitted",
    "termination_effective": "action_effective",
    "window_end": "end_of_external_filing_window",
    "window_ends": "end_of_external_filing_window",
}


def event_name(spelt: str) -> str | None:
    """The vocabulary's name for a spelling, or None when there is none."""
    name = spelt.strip().lower().replace("-", "_").replace(" ", "_")
    payer = _PAYER.sub("_by_payer", name)
    bare = _SUFFIX.sub("", payer)
    # "denial_notice_date" is the date printed on it.
    for candidate in (name, payer, bare, f"{bare}_dated"):
        candidate = _SYNONYMS.get(candidate, candidate)
        if candidate in START_EVENTS or candidate in EXTRA_EVENTS:
            return candidate
    return None


def misspelt(spelt: str) -> str | None:
    """The known name that an unknown spelling is a slip of the pen away from, if there is one."""
    known = sorted(START_EVENTS | EXTRA_EVENTS | set(_SYNONYMS))
    near = get_close_matches(spelt.strip().lower(), known, n=1, cutoff=_SLIP)
    return near[0] if near else None
