"""Counting several limited selects by one query."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.queries.limited import Filled, counts_in_turn

pytestmark = pytest.mark.django_db


def rows(many: int) -> Filled:
    return (" UNION ALL ".join(["SELECT 1 AS one WHERE 1 < %s"] * many), [2] * many)


NONE: Filled = ("SELECT 1 AS one WHERE 1 > %s", [2])


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ([], []),
        ([[rows(2)]], [[2]]),
        ([[rows(2), NONE, rows(1)], [NONE], [rows(3)]], [[2, 0, 1], [0], [3]]),
        ([[rows(9)], [rows(4)]], [[5], [4]]),
        # Five are counted of the whole group: what comes after may be there, and counts as full.
        ([[rows(4), rows(9), NONE, rows(1)]], [[4, 5, 5, 5]]),
        ([[rows(5), NONE]], [[5, 5]]),
    ],
)
def test_a_group_is_counted_in_order_until_it_is_full(
    groups: list[list[Filled]], found: list[list[int]]
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert counts_in_turn(groups, 5) == found
    assert len(queries) == bool(groups)
