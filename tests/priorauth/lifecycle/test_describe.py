"""The page for people is the table and nothing else."""

from __future__ import annotations

from pathlib import Path

from priorauth.lifecycle.describe import describe
from priorauth.lifecycle.transitions import TRANSITIONS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lifecycle.md"


def test_the_page_is_fresh():
    fresh = describe()
    assert PAGE.read_text(encoding="utf-8") == fresh, "docs/lifecycle.md is stale: `make docs`"


def test_the_page_names_every_step_with_its_button_and_its_help():
    page = describe()
    for row in TRANSITIONS:
        assert f"### {row.label} (`{row.event.value}`)" in page
        assert row.help in page
