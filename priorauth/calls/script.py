"""The call script: questions in the order they are asked, each with the id its answer is kept by.

An answer given on the phone is no guarantee of payment, but it is evidence later: that is why each
question is stored by id with yes, no or unclear, or with what else was answered.

>>> [question.id for question in first_questions()]
['covered_for_diagnosis', 'criteria', 'prior_authorization_needed']
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "script.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `is_first` marks the three that a call about a new request always asks.

    `fact` is how its answer is told. Answered with yes or no, unless it has `choices` (each with
    its words) or `amounts` (dollars, each under its label), or is answered in words.
    """

    id: str
    topic: str
    ask: str
    fact: str
    note: str = ""
    is_first: bool = False
    answer: str = "yes_no"
    choices: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()

    @property
    def is_yes_or_no(self) -> bool:
        """Whether yes and no answer it."""
        return self.answer == "yes_no" and not self.choices and not self.amounts


@cache
def script() -> tuple[Question, ...]:
    """All questions, in the order of the file."""
    with _FILE.open("rb") as file:
        return tuple(_question(**row) for row in tomllib.load(file)["question"])


def _question(
    choices: Mapping[str, str] | None = None, amounts: Mapping[str, str] | None = None, **row: Any
) -> Question:
    pairs = tuple((choices or {}).items()), tuple((amounts or {}).items())
    return Question(**row, choices=pairs[0], amounts=pairs[1])


def first_questions() -> tuple[Question, ...]:
    """The three that the source guides put first."""
    return tuple(question for question in script() if question.is_first)


def further_topics() -> dict[str, tuple[Question, ...]]:
    """The other questions by topic, topics in order of first appearance."""
    topics: dict[str, list[Question]] = {}
    for question in script():
        if not question.is_first:
            topics.setdefault(question.topic, []).append(question)
    return {topic: tuple(questions) for topic, questions in topics.items()}


def question(id: str) -> Question | None:
    """The question of that id; None for one that is no longer in the script."""
    return next((each for each in script() if each.id == id), None)
