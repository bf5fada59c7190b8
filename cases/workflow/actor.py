"""Who acts, in which role, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.models import StaffMember
from priorauth.terms import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a step.

    `now` is an aware instant: the moment of recording. `role` is the role held in the case's
    clinic; None means the installation itself acts (an import, a seed), which no role limits.
    `staff` is then who had it done, if anybody. `token` names the form the step came from, so that
    a form sent twice records once. `is_retelling` means that many steps of one case follow each
    other at once: statuses and clocks wait until the teller calls `step.rebuild` at the end.
    `has_confirmed_dates` means that a person was asked about every date so old that it looks like
    a slip, and said it is right.
    """

    staff: StaffMember | None
    role: Role | None
    now: datetime
    token: str = ""
    is_retelling: bool = False
    has_confirmed_dates: bool = False
