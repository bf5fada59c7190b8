"""What may be offered to a patient who pays: where a maker's program is barred, what a loan is.

Sources: the federal anti-kickback statute, 42 U.S.C. 1320a-7b(b), with the federal health care
programs of (f), which leaves the federal employees' plans out; and the terms of the maker's
programs, which take commercially insured patients only.
"""

from __future__ import annotations

from collections.abc import Iterable

from priorauth.terms import LineOfBusiness, Product

GOVERNMENT = frozenset(
    {
        LineOfBusiness.MEDICARE_ADVANTAGE,
        LineOfBusiness.ORIGINAL_MEDICARE,
        LineOfBusiness.PART_D,
        LineOfBusiness.DSNP,
        LineOfBusiness.MEDICAID_MANAGED_CARE,
        LineOfBusiness.MEDICAID_FFS,
        LineOfBusiness.CHIP,
        LineOfBusiness.TRICARE,
        LineOfBusiness.VA_COMMUNITY_CARE,
    }
)
"""Federal health care programs: a maker may pay nothing towards what they cover."""

SOURCE = "42 U.S.C. 1320a-7b(b) and (f); the terms of the maker's program"

CREDIT_WARNING = (
    "Medical credit is a loan from somebody else. It is owed with its interest also when the payer "
    "pays later or the appeal is won: money that comes back from the payer does not end the loan. "
    "With deferred interest, all of it since the first day falls due if the loan is not paid off "
    "in time."
)
"""To be shown to the patient before any medical credit is written down as offered."""


def maker_program_refusal(product: Product, coverages: Iterable[LineOfBusiness]) -> str:
    """Why the maker's program may not be offered; "" when nothing on file bars it.

    `coverages` are the lines of business of everything that covers the patient, second payers
    included. A kind of plan that is not known bars it too: it may be a government's.
    """
    if product is not Product.ESKETAMINE:
        return (
            "A maker's program is for esketamine only; this case is for ketamine infusions, which "
            "no maker supports."
        )
    kinds = set(coverages)
    if barred := sorted(kind.label for kind in kinds & GOVERNMENT):
        return (
            f"Never for a patient whom a government plan covers, as here: {', '.join(barred)}. "
            f"Source: {SOURCE}."
        )
    if not kinds or LineOfBusiness.UNKNOWN in kinds:
        return (
            "The kind of plan is not known, and for a government plan it is forbidden. Find out "
            f"and write it on the plan first. Source: {SOURCE}."
        )
    return ""
