"""The beat's table."""

from __future__ import annotations

from datetime import timedelta

from config.schedule import BEAT_SCHEDULE


def test_only_intervals_are_used_so_that_summer_time_skips_nothing() -> None:
    assert all(isinstance(row["schedule"], timedelta) for row in BEAT_SCHEDULE.values())


def test_an_old_tick_dies_before_the_next_one_comes() -> None:
    for row in BEAT_SCHEDULE.values():
        assert 0 < row["options"]["expires"] < row["schedule"].total_seconds()
