"""The counting rule and the time model, on events told by hand and in a browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.flows.tasks.hand import Hand, judge
from tests.flows.tasks.recorder import effort


def press(field: str = "") -> dict[str, Any]:
    return {"kind": "press", "field": field, "on": "Save"}


def typed(field: str, text: str) -> list[dict[str, Any]]:
    return [key(letter, field) for letter in text]


def key(name: str, field: str = "", *held: str) -> dict[str, Any]:
    return {"kind": "key", "key": name, "field": field, "held": list(held)}


def changed(field: str, long: int) -> dict[str, Any]:
    return {"kind": "change", "field": field, "long": long}


def test_a_press_is_one_and_costs_a_decision():
    spent = effort([press()])
    assert spent.interactions == 1
    assert spent.seconds == pytest.approx(1.1 + 1.35)


def test_a_field_is_one_with_the_press_that_led_into_it():
    spent = effort([press("name"), *typed("name", "dana"), changed("name", 4)])
    assert spent.interactions == 1
    assert spent.seconds == pytest.approx(1.1 + 4 * 0.28 + 1.35)


def test_a_tab_into_a_field_belongs_to_it_and_a_tab_past_one_counts():
    into = effort([press("a"), *typed("a", "x"), key("Tab", "a"), *typed("b", "y")])
    assert into.interactions == 2
    past = effort(
        [press("a"), *typed("a", "x"), key("Tab", "a"), key("Tab", "b"), *typed("c", "y")]
    )
    assert past.interactions == 3


def test_coming_back_to_a_field_fills_it_anew():
    spent = effort([press("a"), *typed("a", "x"), press("b"), *typed("b", "y"), press("a"),
                    *typed("a", "z")])  # fmt: skip
    assert spent.interactions == 3


def test_a_press_into_a_field_that_stays_as_it_was_counts():
    assert effort([press("a"), press("b")]).interactions == 2


def test_a_key_into_a_box_its_words_and_enter_are_three_and_one_decision():
    spent = effort([key("/"), *typed("q", "c-77"), key("Enter", "q")])
    assert spent.interactions == 3
    assert spent.seconds == pytest.approx(1.35 + 6 * 0.28)


def test_enter_on_its_own_is_a_decision():
    assert effort([key("Enter")]).seconds == pytest.approx(1.35 + 0.28)


def test_capitals_and_chords_cost_the_keys_that_are_held():
    assert effort([press("a"), *typed("a", "A?")]).done[0].keys == 4
    pasted = effort([press("a"), key("Control", "a", "Control"), key("v", "a", "Control")])
    assert (pasted.interactions, pasted.done[0].keys) == (1, 2)


def test_a_choice_from_the_browsers_list_is_one_field_and_two_presses():
    spent = effort([press("plan"), changed("plan", 3)])
    assert (spent.interactions, spent.done[0].presses, spent.done[0].keys) == (1, 2, 0)


def test_a_field_filled_by_no_hand_is_not_free():
    spent = effort([changed("name", 5)])
    assert (spent.interactions, spent.done[0].keys) == (1, 5)


RENEWAL = "Renew before units or dates end"  # told as 2, 4.9 s


def test_a_task_within_its_budget_and_as_told_passes():
    judge(RENEWAL, effort([press(), press()]), 2, 45)


@pytest.mark.parametrize(
    ("task", "interactions", "seconds"),
    [
        (RENEWAL, 1, 45),
        (RENEWAL, 2, 4.8),
        ("Find a case by its reference", 2, 45),
        ("A task nobody told of", 2, 45),
    ],
)
def test_a_task_over_its_budget_or_not_as_told_fails(task, interactions, seconds):
    with pytest.raises(AssertionError, match=r"2 interactions, 4\.9 s"):
        judge(task, effort([press(), press()]), interactions, seconds)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_tells_of_hands_and_not_of_scripts(hand: Hand):
    hand.at("/new/")
    page = hand.page
    page.evaluate("document.querySelector('[name=urgency]').click()")
    page.evaluate("document.getElementById('id_find').dispatchEvent(new Event('change'))")
    assert hand.spent().interactions == 0
    hand.press(page.locator("label.step-tick").first)
    assert hand.spent().interactions == 1
    hand.fill(page.get_by_label("Find a patient"), "Qu")
    hand.fill_day(page.locator("#id_planned_start_on"), date(2026, 12, 24))
    assert page.locator("#id_planned_start_on").input_value() == "2026-12-24"
    filled = [(each.what, each.keys) for each in hand.spent().done[1:]]
    assert filled == [("fill id_find", 3), ("fill id_planned_start_on", 8)]
    hand.press(page.get_by_role("link", name="Worklist").first)
    page.wait_for_url(f"{hand.base}/")
    assert hand.spent().interactions == 4, "what was done outlives the page"
