"""Answers to reminders, as screens read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cases.models import Acknowledgement, Deadline
from cases.models.deadlines import LIVE


def newest_version(deadline: Deadline) -> Deadline:
    """The live version of a deadline that may have moved since; itself where there is none."""
    if deadline.superseded_by_id is None:
        return deadline
    live = (
        Deadline.objects.filter(LIVE, request_id=deadline.request_id, key=deadline.key)
        .select_related("request")
        .first()
    )
    return live or deadline


def newest_answers(deadline_ids: Iterable[int]) -> Mapping[int, Acknowledgement]:
    """The newest answer to the reminders of each deadline of the clinic in scope. One query."""
    rows = (
        Acknowledgement.objects.filter(deadline_id__in=list(deadline_ids) or [0])
        .select_related("answered_by")
        .order_by("answered_at", "pk")
    )
    return {row.deadline_id: row for row in rows}
