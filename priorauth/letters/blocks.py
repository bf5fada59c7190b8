"""The parts of a paragraph's plain text: running words, and lists of items.

A blank line ends a block. Lines that begin with "- " or with a number and a dot are items; running
lines become one text.

>>> [(block.marks, block.texts) for block in blocks("Tried:\\n- Sertraline\\n- Bupropion")]
[((), ('Tried:',)), (('-', '-'), ('Sertraline', 'Bupropion'))]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DASH = "-"
_NUMBERED = re.compile(r"^(\d{1,2})\.\s+(.*)$", re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """Running words, one text without a mark, or the items of a list, each with its mark: `DASH` or
    the number that stands before it."""

    texts: tuple[str, ...]
    marks: tuple[str, ...] = ()

    @property
    def is_numbered(self) -> bool:
        """Whether it is a list whose items have numbers."""
        return bool(self.marks) and self.marks[0] != DASH

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """The items of a list, each a mark and a text; none for running words."""
        return tuple(zip(self.marks, self.texts, strict=False)) if self.marks else ()


def blocks(text: str) -> list[Block]:
    """Everything in `text`, in its order, without empty blocks."""
    return [
        made
        for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
        for made in _blocks(block)
    ]


def _blocks(block: str) -> Iterator[Block]:
    running: list[str] = []
    items: list[tuple[str, str]] = []

    def so_far() -> Iterator[Block]:
        if running:
            yield Block((" ".join(running),))
        if items:
            yield Block(tuple(text for _, text in items), tuple(mark for mark, _ in items))
        running.clear()
        items.clear()

    for line in block.splitlines():
        words = line.strip()
        mark, text = _item(words)
        if not mark:
            if words:
                if items:
                    yield from so_far()
                running.append(words)
            continue
        if running or (items and (items[0][0] == DASH) != (mark == DASH)):
            yield from so_far()
        items.append((mark, text))
    yield from so_far()


def _item(words: str) -> tuple[str, str]:
    if words.startswith("- "):
        return DASH, words[2:].strip()
    numbered = _NUMBERED.match(words)
    return (numbered[1], numbered[2]) if numbered else ("", words)
