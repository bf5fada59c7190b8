"""What changed from one version of a letter to the next, told in words.

>>> changes([("A", "We ask for six.")], [("A", "We ask for eight.")])
['“A”: “six” became “eight”.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Part = tuple[str, str]
MOST = 8
"""Changes told of one paragraph."""
_LONGEST = 160


def changes(old: Sequence[Part], new: Sequence[Part]) -> list[str]:
    """Sentences, in the order of the new version. Parts are pairs of heading and text."""
    before = _by_heading(old)
    after = _by_heading(new)
    told = []
    for name, text in after.items():
        if name not in before:
            told.append(f"{_called(name)} is new.")
        elif before[name] != text:
            told += _words_changed(name, before[name], text)
    told += [f"{_called(name)} was taken out." for name in before if name not in after]
    kept_before = [name for name in before if name in after]
    kept_after = [name for name in after if name in before]
    if kept_before != kept_after:
        told.append("The paragraphs stand in another order.")
    return told


def _by_heading(parts: Sequence[Part]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, (heading, text) in enumerate(parts):
        name = heading or ("the beginning" if place == 0 else "the end")
        while name in found:
            name += " (again)"
        found[name] = text
    return found


def _words_changed(name: str, old: str, new: str) -> Iterator[str]:
    first, second = re.findall(r"\S+", old), re.findall(r"\S+", new)
    moves = [
        move
        for move in SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
        if move[0] != "equal"
    ]
    if len(moves) > MOST:
        yield f"{_called(name)} was rewritten."
        return
    for kind, one, two, three, four in moves:
        gone, came = _cut(" ".join(first[one:two])), _cut(" ".join(second[three:four]))
        if kind == "insert":
            yield f"{_called(name)}: added “{came}”."
        elif kind == "delete":
            yield f"{_called(name)}: left out “{gone}”."
        else:
            yield f"{_called(name)}: “{gone}” became “{came}”."


def _called(name: str) -> str:
    return f"“{name}”" if name[:1].isupper() else f"{name[:1].upper()}{name[1:]}"


def _cut(words: str) -> str:
    text = words.rstrip(".") if words.count(" ") == 0 else words
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}..."
