"""The names of what can start, move or end a clock, as rule files and the JSON contract spell them.

A name outside this vocabulary is refused, because a misspelt event would move a legal date in
silence.
"""

from __future__ import annotations

import re

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
        "reconsideration_requested",
        "redetermination_dated",
        "redetermination_received",
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
    "redetermination_received": "redetermination_dated",
}

# What people add to a name that already says it is a time.
_SUFFIX = re.compile(r"_(on|at|date)$")

_SYNONYMS = {
    "action_takes_effect": "action_effective",
    "all_information_received": "all_information_received_by_payer",
    "answer_period_end": "info_period_end",
    "appeal_filed": "plan_appeal_filed",
    "appeal_received": "appeal_received_by_payer",
    "approved_course_end": "approved_course_ends",
    "claimant_response": "claimant_responded",
    "clinic_responded": "claimant_responded",
    "complete_information_received": "all_information_received_by_payer",
    "course_ends": "approved_course_ends",
    "date_of_notice": "notice_dated",
    "decision_dated": "notice_dated",
    "cut_effective": "action_effective",
    "effective_date_of_action": "action_effective",
    "effective_of_action": "action_effective",
    "end_of_approved_course": "approved_course_ends",
    "end_of_filing_window": "end_of_external_filing_window",
    "end_of_four_month_window": "end_of_external_filing_window",
    "end_of_four_months": "end_of_external_filing_window",
    "end_of_info_period": "info_period_end",
    "extension_notice": "extension_notice_sent",
    "extension_noticed": "extension_notice_sent",
    "external_filing_window_end": "end_of_external_filing_window",
    "external_filing_window_ends": "end_of_external_filing_window",
    "external_window_end": "end_of_external_filing_window",
    "external_window_ends": "end_of_external_filing_window",
    "fair_hearing_window": "state_window",
    "filing_window_end": "end_of_external_filing_window",
    "filing_window_ends": "end_of_external_filing_window",
    "four_month_window_end": "end_of_external_filing_window",
    "four_month_window_ends": "end_of_external_filing_window",
    "info_period_ends": "info_period_end",
    "info_request_received": "info_request_received_by_clinic",
    "info_requested": "info_request_sent",
    "information_period_end": "info_period_end",
    "information_received": "info_received",
    "information_request_received": "info_request_received_by_clinic",
    "information_requested": "info_request_sent",
    "levels": "appeal_levels",
    "notice_date": "notice_dated",
    "notice_mailed": "notice_dated",
    "notice_printed": "notice_dated",
    "notice_received": "proved_receipt",
    "packet_complete": "all_information_received_by_payer",
    "plan_rating_period_start": "rating_period_start",
    "printed_date": "notice_dated",
    "proof_of_receipt": "proved_receipt",
    "receipt_proved": "proved_receipt",
    "request_received": "request_received_by_payer",
    "responded": "claimant_responded",
    "state_hearing_window": "state_window",
    "submitted": "request_submitted",
}


def event_name(spelt: str) -> str | None:
    """The vocabulary's name for a spelling, or None when there is none."""
    name = spelt.strip().lower().replace("-", "_").replace(" ", "_")
    for candidate in (name, _SUFFIX.sub("", name)):
        candidate = _SYNONYMS.get(candidate, candidate)
        if candidate in START_EVENTS or candidate in EXTRA_EVENTS:
            return candidate
    return None
