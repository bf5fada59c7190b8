"""The table as a page for people: `make docs` writes it to `docs/lifecycle.md`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from priorauth.lifecycle.states import Filing, ProceedingKind, Stage
from priorauth.lifecycle.transitions import TRANSITIONS, Transition
from priorauth.terms import RequestStatus, Role, Term

_INTRODUCTION = """\
# The life cycle of a request

Generated from the table in `priorauth/lifecycle/transitions.py`: change the table, then run
`make docs`.

A request is filed once; each of its lines gets its own answer; information requests,
peer-to-peers, appeals and external reviews run beside that, several at a time. A step is accepted
when the request stands where the step fits, the proceeding too, the person may take it, the facts
are complete, and no two times contradict each other. A step whose date is not known (an import)
is accepted without a look at the order of dates. What was recorded wrongly is undone from the
timeline, when no later step rests on it.
"""


def describe() -> str:
    """`docs/lifecycle.md` as Markdown, ending in a newline."""
    moving = [row for row in TRANSITIONS if row.moves]
    recording = [row for row in TRANSITIONS if row.records_only]
    parts = [
        _INTRODUCTION,
        _words("## Where a request can stand", Filing),
        _words("## What lists show", RequestStatus),
        _LIST_RULE,
        _words("## Proceedings beside it", ProceedingKind),
        _words("Their stages:", Stage),
        "## Steps that move something\n",
        *(_step(row) for row in moving),
        "## Steps that only stand on the timeline\n",
        *(_step(row) for row in recording),
    ]
    return "\n".join(parts)


_LIST_RULE = """\
Withdrawn or closed goes before all; a running external review goes before a running appeal, and
both before the answers. With nothing running and every line answered: approved when all are,
approved in part when some approval and some refusal stand, denied otherwise. Withdrawn lines do
not count.
"""


def _words(heading: str, kind: type[Term]) -> str:
    rows = "\n".join(f"- `{word.value}`: {word.label}" for word in kind)
    return f"{heading}\n\n{rows}\n"


def _step(row: Transition) -> str:
    lines = [
        f"- Request stands: {_listed(row.request_in, Filing)}",
        f"- Comes to: {row.to or 'where it was'}",
    ]
    if row.proceeding is not None:
        after = row.to_stage.label.lower() if row.to_stage else "where it was"
        lines.append(f"- {row.proceeding.label}: {_listed(row.stage_in, Stage)}, then: {after}")
    if row.condition is not None:
        lines.append(f"- Only when: {inspect.getdoc(row.condition)}")
    if row.facts:
        lines.append("- Must bring: " + ", ".join(f"`{need.name}`" for need in row.facts))
    if row.also:
        lines.append(f"- Also: {row.also}")
    lines.append(f"- Who may: {_listed(row.roles, Role)}")
    refusals = "\n".join(f"  - {text}" for text in _refusals(row))
    if refusals:
        lines.append(f"- Otherwise:\n{refusals}")
    body = "\n".join(lines)
    return f"### {row.label} (`{row.event.value}`)\n\n{row.help}\n\n{body}\n"


def _listed(chosen: Iterable[Term], kind: type[Term]) -> str:
    """Labels in the order of the vocabulary, so that the page is always the same."""
    values = {member.value for member in chosen}
    return ", ".join(member.label.lower() for member in kind if member.value in values)


def _refusals(row: Transition) -> list[str]:
    """Each refusal once, in the order of the vocabulary."""
    said = [row.request_refusal(filing) for filing in Filing]
    return list(dict.fromkeys(text for text in said if text))
