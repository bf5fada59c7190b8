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


def answers_before(deadlines: Iterable[Deadline]) -> Mapping[int, Acknowledgement]:
    """By row: the newest answer to its reminders, also from before its date moved. One query."""
    rows = {(each.request_id, each.key): each.pk for each in deadlines}
    answers = (
        Acknowledgement.objects.filter(
            deadline__request_id__in={request for request, _ in rows} or [0],
            deadline__key__in={key for _, key in rows},
        )
        .select_related("answered_by", "deadline")
        .defer("deadline__derivation")
        .order_by("answered_at", "pk")
    )
    found = ((rows.get((one.deadline.request_id, one.deadline.key)), one) for one in answers)
    return {pk: one for pk, one in found if pk is not None}


def newest_answers(deadline_ids: Iterable[int]) -> Mapping[int, Acknowledgement]:
    """The newest answer to the reminders of each deadline of the clinic in scope. One query."""
    rows = (
        Acknowledgement.objects.filter(deadline_id__in=list(deadline_ids) or [0])
        .select_related("answered_by")
        .order_by("answered_at", "pk")
    )
    return {row.deadline_id: row for row in rows}
