"""What a mail says of a deadline tells nobody what is treated, or how."""

from __future__ import annotations

import re

import pytest

from cases.mail.due_words import step_label
from priorauth.terms import ClockKind, OwedBy


@pytest.mark.parametrize("kind", list(ClockKind))
def test_no_step_names_the_treatment(kind: ClockKind) -> None:
    said = step_label(kind, OwedBy.CLINIC)
    assert not re.search(r"ketamine|infusion|psych|depress|drug|dose", said, re.IGNORECASE)


def test_a_visit_without_approval_is_named_neutrally() -> None:
    said = step_label(ClockKind.INFUSION_BOOKED, OwedBy.CLINIC)
    assert said.startswith("Visit booked without approval - ")
