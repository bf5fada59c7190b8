"""What a letter answers to each denial reason. The sentences are in `answers.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("answers.toml")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Stands in a letter when all of `needs` are on file and none of `lacks` is."""

    says: str
    needs: frozenset[str]
    lacks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one reason."""

    heading: str
    sentences: tuple[Sentence, ...]


@cache
def answers() -> dict[str, Answer]:
    """Answers by the id of the denial reason. Treat as read-only: it is shared."""
    with _FILE.open("rb") as file:
        data = tomllib.load(file)
    return {
        key: Answer(
            row["heading"],
            tuple(
                Sentence(
                    each["says"],
                    frozenset(each.get("needs", ())),
                    frozenset(each.get("lacks", ())),
                )
                for each in row["sentences"]
            ),
        )
        for key, row in data.items()
    }


def answer_to(reason: str) -> Answer:
    """The answer to that reason; the general one for a reason without its own."""
    known = answers()
    return known.get(reason) or known["other"]
