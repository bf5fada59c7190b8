"""Running words and lists, as they stand in a paragraph."""

from __future__ import annotations

import pytest

from priorauth.letters.blocks import Block, blocks


def test_lines_of_running_words_are_one_text_and_a_blank_line_parts_them() -> None:
    assert blocks("One\ntwo.\n\nThree.") == [Block(("One two.",)), Block(("Three.",))]


def test_a_lead_and_its_items_are_two_blocks() -> None:
    told = blocks("Tried:\n- Sertraline\n- Bupropion\nNo more.")
    assert told == [
        Block(("Tried:",)), Block(("Sertraline", "Bupropion"), ("-", "-")), Block(("No more.",)),
    ]  # fmt: skip
    assert [block.is_numbered for block in told] == [False, False, False]


def test_items_keep_the_numbers_they_have() -> None:
    (told,) = blocks("1. One.\n2. Two.\n64. Three.")
    assert told.is_numbered
    assert told.items == (("1", "One."), ("2", "Two."), ("64", "Three."))


def test_dashes_and_numbers_are_two_lists() -> None:
    assert [block.marks for block in blocks("- A\n1. B")] == [("-",), ("1",)]


@pytest.mark.parametrize("text", ["", "  \n\n ", "\r\n\r\n"])
def test_nothing_is_no_block(text: str) -> None:
    assert blocks(text) == []


def test_a_dash_inside_words_is_no_item() -> None:
    assert blocks("2019-2020 - see below") == [Block(("2019-2020 - see below",))]
