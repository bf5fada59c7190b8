"""One thing found in a letter, with the words it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from priorauth.terms import Term


class Sought(Term):
    """What a letter is searched for."""

    PRINTED = "printed", "Date printed on it"
    RECEIVED = "received", "Date received"
    DECIDED = "decided", "Date of the decision"
    APPEAL_BY = "appeal_by", "Appeal by"
    ANSWER_BY = "answer_by", "Answer by"
    PEER_TO_PEER_BY = "peer_to_peer_by", "Peer-to-peer by"
    COVERED_FROM = "covered_from", "First covered day"
    COVERED_THROUGH = "covered_through", "Last covered day"
    CASE = "case", "Our case number"
    REFERENCE = "reference", "Reference"
    AUTHORIZATION = "authorization", "Authorization"
    MEMBER = "member", "Member ID"
    REASON = "reason", "Reason for the refusal"
    KIND = "kind", "What it is"


@dataclass(frozen=True, slots=True)
class Found:
    """`value`: the date as YYYY-MM-DD, the number, the sentence, or the kind of document.

    `snippet` is what stands around it in the letter, `page` where, the first page being 1.
    """

    sought: Sought
    value: str
    snippet: str
    page: int = 1


def snippet(text: str, start: int, end: int, around: int = 45) -> str:
    """The words around text[start:end], cut at words: from the line above to the line's end."""
    line = max(text.rfind("\n", 0, start), 0)
    above = text.rfind("\n", 0, line) + 1
    below = text.find("\n", end)
    below = len(text) if below < 0 else below
    first, last = max(start - around, above), min(end + around, below)
    if first > above:
        first = text.find(" ", first, start) + 1 or first
    if last < below:
        last = max(text.rfind(" ", end, last), end)
    words = " ".join(text[first:last].split())
    return f"{'…' if first > above else ''}{words}{'…' if last < below else ''}"
