"""One row among many: recorded whole or not at all, or tried and taken back.

What one row refuses keeps no other from being recorded. A trial takes the very same path, so it
tells what the act would be refused for in the same words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import transaction

from cases.workflow.step import AlreadyRecorded
from priorauth.errors import PriorAuthError

Told = TypeVar("Told")

logger = logging.getLogger(__name__)


class DoneBefore(PriorAuthError):
    """The very same form did this with this row before."""


@dataclass(frozen=True, slots=True)
class Recorded(Generic[Told]):
    """Whether the row was recorded, or would be; `why` not. `told` is what the act gave back."""

    is_done: bool
    why: str = ""
    told: Told | None = None


def record_one(number: str, act: Callable[[], Told], *, is_trial: bool) -> Recorded[Told]:
    """Do `act` for the case of that number, in a transaction of its own; raises nothing."""
    try:
        with transaction.atomic():
            told = act()
            if is_trial:
                transaction.set_rollback(True)
    except (AlreadyRecorded, DoneBefore):
        return Recorded(is_done=True, why="It was recorded already.")
    except PriorAuthError as refusal:
        return Recorded(is_done=False, why=str(refusal))
    except Exception as error:
        # Its words may hold what belongs to a patient: only the sort is logged.
        logger.error("Case %s: many at once failed: %s", number, type(error).__name__)
        return Recorded(
            is_done=False,
            why="It could not be recorded, and nothing of it was written. Try it on the case.",
        )
    return Recorded(is_done=True, told=told)
