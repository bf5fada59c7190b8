"""A deadline as the sweep reads it: what its ladder and its recipients are made from, no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cases.models import Deadline


class Due(NamedTuple):
    """One deadline whose hint has passed. Instants are aware, `zone` is the clinic's IANA zone.

    `requesting_id` and `rendering_id` are the staff numbers of the case's clinicians, as far as
    they sign in here.
    """

    pk: int
    clinic_id: int
    kind: str
    owed_by: str
    standing: str
    started_at: datetime
    chase_at: datetime | None
    working_at: datetime | None
    legal_at: datetime | None
    due_at: datetime
    next_reminder_at: datetime | None
    answered_at: datetime | None
    quiet_until: datetime | None
    zone: str
    is_clinic_active: bool
    assigned_to_id: int | None
    requesting_id: int | None
    rendering_id: int | None

    @classmethod
    def of(cls, deadline: Deadline) -> Due:
        """The same of one deadline at hand, with its case, its clinic and its clinicians."""
        case = deadline.request
        asks, gives = case.requesting_clinician, case.rendering_clinician
        return cls(
            deadline.pk,
            deadline.clinic_id,
            deadline.kind,
            deadline.owed_by,
            deadline.standing,
            deadline.started_at,
            deadline.chase_at,
            deadline.working_at,
            deadline.legal_at,
            deadline.due_at,
            deadline.next_reminder_at,
            deadline.answered_at,
            deadline.quiet_until,
            case.clinic.time_zone,
            case.clinic.is_active,
            case.assigned_to_id,
            asks.staff_id if asks else None,
            gives.staff_id if gives else None,
        )


_FIELDS = (
    "pk",
    "clinic_id",
    "kind",
    "owed_by",
    "standing",
    "started_at",
    "chase_at",
    "working_at",
    "legal_at",
    "due_at",
    "next_reminder_at",
    "answered_at",
    "quiet_until",
    "clinic__time_zone",
    "clinic__is_active",
    "request__assigned_to_id",
    "request__requesting_clinician__staff_id",
    "request__rendering_clinician__staff_id",
)


def read_due(now: datetime, batch: int, only: int | None = None) -> Sequence[Due]:
    """The next `batch` deadlines whose hint has passed at `now`, the longest waiting first.

    `only` asks for that one deadline. On PostgreSQL their rows are locked until the transaction
    ends, and others' are skipped.
    """
    passed = Deadline._base_manager.filter(next_reminder_at__lte=now)
    if only is not None:
        passed = passed.filter(pk=only)
    return [
        Due(*row)
        for row in passed.order_by("next_reminder_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .values_list(*_FIELDS)[:batch]
    ]
