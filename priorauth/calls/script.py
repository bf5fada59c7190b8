"""The call script: questions in the order they are asked, each with the id its answer is kept by.

An answer given on the phone is no guarantee of payment, but it is evidence later: that is why each
question is stored by id with yes, no or unclear.

>>> [question.id for question in first_questions()]
['covered_for_diagnosis', 'criteria', 'prior_authorization_needed']
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "script.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `is_first` marks the three that a call about a new request always asks."""

    id: str
    topic: str
    ask: str
    note: str = ""
    is_first: bool = False


@cache
def script() -> tuple[Question, ...]:
    """All questions, in the order of the file."""
    with _FILE.open("rb") as file:
        return tuple(Question(**row) for row in tomllib.load(file)["question"])


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
