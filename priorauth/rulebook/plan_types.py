"""Which bodies of law reach a plan: the one table from plan facts to the plan types of rules.

`state_regulated` says only that state insurance law reaches the plan. An insured employer plan is
that *and* `erisa_insured`, so the federal floor and the state limit both bind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from priorauth.terms import ClockKind, Funding, LineOfBusiness

ANY_PLAN = "any"

PLAN_TYPES = frozenset(
    {
        ANY_PLAN,
        "chip",
        "dsnp_integrated",
        "erisa_insured",
        "erisa_self_funded",
        "fehb",
        "grandfathered",
        "individual_aca",
        "medicaid_ffs",
        "medicaid_mco",
        "medicare_advantage",
        "nonfed_gov",
        "original_medicare",
        "part_d",
        "qhp_ffe",
        "state_regulated",
        "tricare",
    }
)


@dataclass(frozen=True, slots=True)
class PlanReach:
    """What is known of the law that reaches a plan.

    `types` is empty when nobody knows; `unknown` then says what to find out. `after_appeal` is
    the step that is open once the payer's internal appeals are through; None: the payer forwards
    the case itself. `after_denial` is the step that a denial opens: an appeal to the payer, or a
    hearing at once where the agency that decides has no appeal of its own.
    """

    types: frozenset[str]
    after_appeal: ClockKind | None
    unknown: str = ""
    after_denial: ClockKind = ClockKind.APPEAL_FILING


_EXTERNAL = ClockKind.EXTERNAL_FILING
_HEARING = ClockKind.FAIR_HEARING
_NEXT_APPEAL = ClockKind.APPEAL_FILING

_TABLE = MappingProxyType(
    {
        (LineOfBusiness.EMPLOYER, Funding.INSURED): ("erisa_insured state_regulated", _EXTERNAL),
        (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED): ("erisa_self_funded", _EXTERNAL),
        (LineOfBusiness.INDIVIDUAL, None): ("individual_aca state_regulated", _EXTERNAL),
        (LineOfBusiness.EXCHANGE, None): ("qhp_ffe individual_aca state_regulated", _EXTERNAL),
        (LineOfBusiness.NONFEDERAL_GOVERNMENT, Funding.INSURED): (
            "nonfed_gov state_regulated",
            _EXTERNAL,
        ),
        # Whoever pays, the federal rules for government plans hold; state law only if insured.
        (LineOfBusiness.NONFEDERAL_GOVERNMENT, None): ("nonfed_gov", _EXTERNAL),
        (LineOfBusiness.MEDICARE_ADVANTAGE, None): ("medicare_advantage", None),
        (LineOfBusiness.ORIGINAL_MEDICARE, None): ("original_medicare", _NEXT_APPEAL),
        (LineOfBusiness.PART_D, None): ("part_d", _EXTERNAL),
        (LineOfBusiness.DSNP, None): ("dsnp_integrated", None),
        (LineOfBusiness.MEDICAID_MANAGED_CARE, None): ("medicaid_mco", _HEARING),
        (LineOfBusiness.MEDICAID_FFS, None): ("medicaid_ffs", _HEARING),
        (LineOfBusiness.CHIP, None): ("chip", _EXTERNAL),
        (LineOfBusiness.TRICARE, None): ("tricare", _NEXT_APPEAL),
        (LineOfBusiness.FEHB, None): ("fehb", _EXTERNAL),
        (LineOfBusiness.PSHB, None): ("fehb", _EXTERNAL),
    }
)

# The state agency hears a denial of its own without an appeal before (42 CFR 431.220, 431.221).
_WITHOUT_APPEAL = frozenset({LineOfBusiness.MEDICAID_FFS})

# Grandfathered plans are outside 45 CFR 147.136, through which these types take their federal law.
_THROUGH_THE_ACA = frozenset({"individual_aca", "nonfed_gov", "qhp_ffe"})


def plan_reach(
    line_of_business: LineOfBusiness, funding: Funding, is_grandfathered: bool | None
) -> PlanReach:
    """The plan types that a plan's facts amount to (deadline law speaks in plan types)."""
    if line_of_business is LineOfBusiness.UNKNOWN:
        return PlanReach(
            frozenset(), _EXTERNAL, "the kind of plan is not known: ask at eligibility"
        )
    row = _TABLE.get((line_of_business, funding)) or _TABLE.get((line_of_business, None))
    if row is None and line_of_business is LineOfBusiness.EMPLOYER:
        return PlanReach(
            frozenset(),
            _EXTERNAL,
            "whether the employer plan is insured or self-funded is not known: ask at eligibility",
        )
    if row is None:
        why = f"no law for {line_of_business.label} is on file"
        return PlanReach(frozenset(), _EXTERNAL, why)
    types = frozenset(row[0].split())
    if is_grandfathered:
        types = (types - _THROUGH_THE_ACA) | {"grandfathered"}
    first = _HEARING if line_of_business in _WITHOUT_APPEAL else _NEXT_APPEAL
    return PlanReach(types, row[1], after_denial=first)
