"""Where staff look and keep the directory. What happens to a case goes through the desk.

Importing this package registers every record with the site.
"""

from cases.admin import (
    absences,
    acknowledgements,
    agreements,
    benefits_checks,
    breaches,
    calls,
    clinic,
    clinicians,
    expected_payments,
    financing,
    incoming,
    patient_merges,
    patients,
    payer_policies,
    payer_stances,
    payers,
    people,
    plan_clauses,
    records,
    reminders,
    requests,
    saved_filters,
)

__all__ = [
    "absences",
    "acknowledgements",
    "agreements",
    "benefits_checks",
    "breaches",
    "calls",
    "clinic",
    "clinicians",
    "expected_payments",
    "financing",
    "incoming",
    "patient_merges",
    "patients",
    "payer_policies",
    "payer_stances",
    "payers",
    "people",
    "plan_clauses",
    "records",
    "reminders",
    "requests",
    "saved_filters",
]
