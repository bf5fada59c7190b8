"""A hand on mouse and keys: what the tests of the tasks do a task with, and what it cost."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.flows.tasks.recorder import KEPT, LISTENER, Effort, effort

ROOT = Path(__file__).resolve().parents[3]


class Hand:
    """Presses and types like a person: nothing here sets a value or calls into the page."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        page.add_init_script(LISTENER)

    def at(self, address: str) -> None:
        """Begin a task on the page at this address."""
        self.page.goto(f"{self.base}{address}")
        self.page.evaluate(f"sessionStorage.removeItem('{KEPT}')")

    def press(self, place: Locator) -> None:
        place.click()

    def key(self, chord: str) -> None:
        self.page.keyboard.press(chord)

    def fill(self, place: Locator, text: str) -> None:
        """Press into the field and type."""
        place.click()
        self.page.keyboard.type(text)

    def fill_day(self, place: Locator, day: date) -> None:
        """Press on the month of a date field and type the eight digits."""
        place.click(position={"x": 16, "y": 12})
        self.page.keyboard.type(f"{day:%m%d%Y}")

    def fill_hour(self, place: Locator, hour: time) -> None:
        """Press on the hour of a time field and type hours, minutes, and a or p."""
        place.click(position={"x": 16, "y": 12})
        self.page.keyboard.type(f"{hour:%I%M%p}"[:5].lower())

    def spent(self) -> Effort:
        """What was done since the task began."""
        kept = self.page.evaluate(f"sessionStorage.getItem('{KEPT}')")
        return effort(self.page.evaluate("JSON.parse", kept) if kept else [])

    def within(self, task: str, *, interactions: int | None = None, seconds: float = 0) -> None:
        """Fail unless what was done since the task began fits: see `judge`."""
        spent = self.spent()
        print(f"\n{task}\n{spent}")
        judge(task, spent, interactions, seconds)


def judge(task: str, spent: Effort, interactions: int | None, seconds: float) -> None:
    """Fail unless the task fitted its budget and docs/desk.md tells what it cost.

    None and 0 where the goal sets no bound of that sort.
    """
    assert interactions is None or spent.interactions <= interactions, spent
    assert not seconds or spent.seconds <= seconds, spent
    assert told_of(task) == f"{spent.interactions}, {spent.seconds:.1f} s", spent


def told_of(task: str) -> str:
    """What docs/desk.md says that the task costs: the last column of its row."""
    for row in (ROOT / "docs/desk.md").read_text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]
        if len(cells) > 2 and cells[1] == task:
            return cells[-2]
    return f"docs/desk.md has no row {task!r}"
