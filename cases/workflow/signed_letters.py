"""Signed appeal letters: which there are, which may go out, and with which appeal one went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cases.models import (
    Appeal,
    AppealLetter,
    PriorAuthRequest,
)
from cases.queries.appeal_facts import appeal_facts
from cases.workflow.actor import Actor
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact
from priorauth.letters.appeal import DECISION, draft
from priorauth.terms import AppealLevel


def signed_letters(request: PriorAuthRequest) -> list[AppealLetter]:
    """The signed versions, newest first."""
    rows = AppealLetter.objects.filter(request=request, signed_at__isnull=False)
    return list(
        rows.select_related("signed_by", "document", "supersedes", "appeal__event").order_by(
            "-number"
        )
    )


def ready_to_send(request: PriorAuthRequest) -> list[AppealLetter]:
    """Signed versions that nothing took the place of and that have not gone out with an appeal
    that stands, newest first."""
    signed = signed_letters(request)
    replaced = {each.supersedes_id for each in signed}
    return [each for each in signed if each.pk not in replaced and not is_sent(each)]


def check_goes_out(
    actor: Actor,
    request: PriorAuthRequest,
    letter: AppealLetter,
    level: AppealLevel,
    sent: Moment | None,
) -> None:
    """Refuse a letter that is not this appeal's: raises ImpossibleFact("letter") saying why.

    It must be signed before it was `sent`, of this case and level, the last version, not sent yet,
    and name the decision that stands. A date or number that only one of the two has is no other
    decision.
    """
    if letter.request_id != request.pk:
        raise ImpossibleFact("letter", "This letter belongs to another case.")
    if letter.signed_at is None:
        raise ImpossibleFact("letter", "This letter is not signed yet. Sign it first.")
    # To the minute, as the time of sending is typed.
    if sent is not None and sent.latest < letter.signed_at.replace(second=0, microsecond=0):
        raise ImpossibleFact(
            "letter",
            "This letter was signed after that. Give the day it went out, or record the appeal "
            "without the letter.",
        )
    if letter.level != level:
        written = AppealLevel(letter.level).label.lower()
        raise ImpossibleFact("letter", f"This letter was written for another level: {written}.")
    if letter.pk not in {each.pk for each in ready_to_send(request)}:
        raise ImpossibleFact(
            "letter", "This letter went out already, or a later version took its place."
        )
    facts = appeal_facts(request, now=actor.now, is_expedited=letter.is_expedited, level=level)
    named = _decision(letter.content.get("rows", ()))
    stands = _decision([(row.name, row.text) for row in draft(facts).rows if row.fact])
    for name in named.keys() & stands.keys():
        if named[name] != stands[name]:
            raise ImpossibleFact(
                "letter",
                f"This letter appeals another decision: it names “{name} {named[name]}”, and on "
                f"the case stands “{stands[name]}”. Sign a new version, or record the appeal "
                "without the letter.",
            )


def _decision(rows: Iterable[Sequence[str]]) -> dict[str, str]:
    """What the head of a letter says of the decision it appeals."""
    return {name: text for name, text in rows if name in DECISION}


def is_sent(letter: AppealLetter) -> bool:
    """Whether it went out with an appeal whose filing was not undone."""
    return letter.appeal is not None and not hasattr(letter.appeal.event, "undone_by")


def mark_sent(letter: AppealLetter, appeal: Appeal) -> None:
    """Remember with which appeal the signed letter went out."""
    letter.appeal = appeal
    letter.save(update_fields=["appeal"])
