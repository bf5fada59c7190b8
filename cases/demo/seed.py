"""The whole demo clinic, small or large."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django_scopes import scope

from cases.demo.cast import Cast, make_cast
from cases.demo.courses import COURSES
from cases.demo.multiply import multiply
from cases.demo.prices import write_prices
from cases.demo.registers import write_policies, write_registers
from cases.demo.stories import STORIES, Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow.ladders import rungs
from cases.workflow.noticing import notice
from priorauth.reminders import next_rung_at

TELLINGS = (*STORIES, *COURSES)
TOLD = 240
"""Cases told one by one through the workflow; beyond them they are copied in bulk."""
FIRST_MAILS = 3
"""Reminders that a newcomer sees arrive after the start."""


def seed(
    *,
    size: int,
    number: int,
    now: datetime,
    slug: str = "demo",
    suffix: str = "",
    told: int = TOLD,
) -> Cast:
    """Write a clinic with `size` requests, the same for the same seed `number` and `now`.

    `now` is an aware instant: deadlines fall around it. Reminders whose hour has passed are not
    sent again, but for a few that show how a reminder arrives. Cases beyond `told` are copies.
    """
    rng = Random(f"{number} {slug}")  # noqa: S311 - repeatable on purpose, guards nothing
    cast = make_cast(slug, suffix=suffix)
    with scope(clinic=cast.clinic):
        write_policies(cast, now)
        write_prices(cast, now)
        for turn in range(min(size, told)):
            TELLINGS[turn % len(TELLINGS)](Teller(cast, now, rng))
        write_registers(cast, now)
        while notice(now)["cases"]:
            pass
        settle_reminders(cast, now)
        if size > told:
            originals = PriorAuthRequest.objects.select_related("patient", "coverage")
            multiply(list(originals.order_by("pk")), size - told, rng)
    return cast


def settle_reminders(cast: Cast, now: datetime) -> None:
    """Let the ladders go on from `now`, and a first few reminders come due within the minute."""
    passed = (
        Deadline.objects.filter(LIVE, next_reminder_at__lte=now)
        .select_related("request__clinic")
        .order_by("act_at", "pk")
    )
    due_soon = {
        deadline.pk for deadline in passed.filter(act_at__gte=now - timedelta(days=2))[:FIRST_MAILS]
    }
    for deadline in passed:
        when = now if deadline.pk in due_soon else next_rung_at(rungs(deadline), now)
        Deadline.objects.filter(pk=deadline.pk).update(next_reminder_at=when)
