"""Where no rule asks for drug or service, both kinds of line are answered at once."""

from __future__ import annotations

import pytest

from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.plan_types import plan_reach
from priorauth.terms import Funding, LineOfBusiness


@pytest.mark.parametrize(
    ("line", "funding", "state", "apart"),
    [
        # 42 CFR 422.568(b)(3): a Part B drug has 72 hours, an item or service days.
        (LineOfBusiness.MEDICARE_ADVANTAGE, Funding.INSURED, "SD", True),
        # 42 CFR 438.3(s)(6): a covered outpatient drug has 24 hours.
        (LineOfBusiness.MEDICAID_MANAGED_CARE, Funding.INSURED, "SD", True),
        # Cal. Health & Safety Code 1367.241: prescription drugs have their own time.
        (LineOfBusiness.EMPLOYER, Funding.INSURED, "CA", True),
        # 29 CFR 2560.503-1 knows claims, not drugs; California's law does not reach the plan.
        (LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED, "CA", False),
        (LineOfBusiness.EMPLOYER, Funding.INSURED, "SD", False),
    ],
)
def test_whether_any_law_of_the_plan_asks_for_the_kind_of_line(
    line: LineOfBusiness, funding: Funding, state: str, *, apart: bool
) -> None:
    plan = plan_reach(line, funding, False)
    assert shipped_rulebook().tells_items_apart(state, plan.types) is apart
