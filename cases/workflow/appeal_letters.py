"""The appeal letter in the making: kept while it is written, thrown away, made ready to sign."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from cases.models import (
    AppealLetter,
    CaseEvent,
    Document,
    PriorAuthRequest,
    StaffMember,
)
from cases.queries.appeal_facts import appeal_facts, papers_of, usual_papers
from cases.scans.reading import count
from cases.workflow.actor import Actor
from cases.workflow.signed_letters import signed_letters
from cases.workflow.step import AlreadyRecorded, step
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.letters.assembling import (
    Letter,
    Part,
    assemble,
    parts_from,
    problems,
)
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import EventKind

LONGEST = 60_000
"""Letters of one draft, all paragraphs together: ten pages and more."""
MOST_PARTS = 60
LONGEST_PART = 12_000
"""Letters of one paragraph that a person wrote."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen beside the text: urgency, calls to cite, documents in their order.

    `enclosed` None: the usual ones.
    """

    is_expedited: bool = False
    calls: tuple[int, ...] = ()
    enclosed: tuple[int, ...] | None = None


class MovedOn(NotAllowedNow):
    """The draft was changed since the reader saw it: by somebody else, or on another page."""


def open_letter(request: PriorAuthRequest) -> AppealLetter | None:
    """The version in the making, None when nobody began one."""
    rows = AppealLetter.objects.select_related("updated_by", "ready_by")
    return rows.filter(request=request, signed_at=None).first()


def choices_of(request: PriorAuthRequest, kept: AppealLetter | None) -> Choices:
    """What was chosen so far; before anything was, what the request and its last letter had."""
    if kept is None:
        return Choices(is_expedited=bool(request.urgency_reason) and request.urgency == "expedited")
    enclosed = None if kept.enclosed is None else tuple(int(key) for key in kept.enclosed)
    return Choices(kept.is_expedited, tuple(int(key) for key in kept.calls), enclosed)


def letter_of(
    actor: Actor,
    request: PriorAuthRequest,
    parts: Sequence[Part],
    chosen: Choices,
    *,
    pages: Mapping[int, int] | None = None,
) -> Letter:
    """The letter as it stands with these parts and choices."""
    facts = appeal_facts(
        request,
        now=actor.now,
        is_expedited=chosen.is_expedited,
        calls=chosen.calls,
        enclosed=chosen.enclosed,
        pages=pages,
    )
    return assemble(facts, parts)


def keep(
    actor: Actor,
    request: PriorAuthRequest,
    parts: Sequence[Part],
    chosen: Choices,
    *,
    seen: int | None,
) -> AppealLetter:
    """Keep the draft as it stands; what was ready to sign is so no longer.

    `seen` is the version that the writer had before them: 0 for none yet, None for whichever. What
    the same person sends twice is not written again. Raises NotAllowedNow for a role that may not,
    MovedOn, ImpossibleFact for what is too long.
    """
    check_role(actor, EventKind.LETTER_PREPARED)
    _check_length(parts)
    with transaction.atomic():
        _hold(request)
        kept = draft_of(request)
        is_moved = seen is not None and _moved_on(request, kept, seen)
        if is_moved:
            if kept is not None and _is_same(kept, actor, parts, chosen):
                return kept  # the same page sent twice
            raise MovedOn(_moved_words(kept))
        if kept is None:
            kept = _begun(actor, request)
        for name, value in _content(parts, chosen).items():
            setattr(kept, name, value)
        kept.updated_by, kept.updated_at = person_of(actor), actor.now
        kept.ready_by = kept.ready_at = None
        kept.version += 1
        kept.save()
    return kept


def keep_for(
    actor: Actor,
    request: PriorAuthRequest,
    kind: EventKind,
    parts: Sequence[Part],
    chosen: Choices,
    *,
    seen: int | None,
) -> AppealLetter:
    """As `keep`, before the step `kind`; raises AlreadyRecorded when this very press was taken."""
    with transaction.atomic():
        _hold(request)
        events = CaseEvent._base_manager.filter(request=request, kind=kind, token=actor.token)
        if actor.token and (twin := events.first()):
            raise AlreadyRecorded(twin)
        return keep(actor, request, parts, chosen, seen=seen)


def _hold(request: PriorAuthRequest) -> None:
    """Hold the case's row, so that two writers come one after the other."""
    PriorAuthRequest._base_manager.select_for_update(of=("self",)).get(pk=request.pk)


def draft_of(request: PriorAuthRequest) -> AppealLetter | None:
    """The version in the making as it stands now, for whoever holds the case."""
    rows = AppealLetter._base_manager.select_related("updated_by")
    return rows.filter(request=request, signed_at=None).first()


def _moved_on(request: PriorAuthRequest, kept: AppealLetter | None, seen: int) -> bool:
    if kept is None:
        # After a signature the next version is begun by its own button, not by an old page.
        return seen != 0 or AppealLetter._base_manager.filter(request=request).exists()
    return kept.version != seen


def _moved_words(kept: AppealLetter | None) -> str:
    if kept is None:
        return "The letter was signed, or its draft thrown away, in the meantime: nothing was kept."
    return (
        f"The letter was changed by {kept.updated_by} in the meantime, here or on another page: "
        "nothing was written over. Press Keep to see both."
    )


def _content(parts: Sequence[Part], chosen: Choices) -> dict[str, object]:
    return {
        "parts": [stored_part(each) for each in parts],
        "is_expedited": chosen.is_expedited,
        "calls": list(chosen.calls),
        "enclosed": None if chosen.enclosed is None else list(chosen.enclosed),
    }


def _is_same(kept: AppealLetter, actor: Actor, parts: Sequence[Part], chosen: Choices) -> bool:
    """Whether the very same person kept the very same words."""
    stands = _content(parts_from(kept.parts), choices_of(kept.request, kept))
    return kept.updated_by == actor.staff and stands == _content(parts, chosen)


def _check_length(parts: Sequence[Part]) -> None:
    size = sum(len(each.text or "") + len(each.heading) for each in parts)
    if size > LONGEST or len(parts) > MOST_PARTS:
        raise ImpossibleFact("text", f"Not kept: more than {LONGEST:,} letters. Shorten the text.")
    for each in parts:
        if len(each.text or "") > LONGEST_PART:
            begins = (each.text or "")[:40].strip()
            raise ImpossibleFact(
                "text",
                f"Not kept: the paragraph “{begins}...” has more than {LONGEST_PART:,} letters. "
                "Shorten it, or part it in two.",
            )


def drop(actor: Actor, request: PriorAuthRequest, *, seen: int) -> bool:
    """Throw the draft away; whether there was one. Signed versions stay.

    `seen` is the version that was before whoever throws it away. Raises MovedOn for another.
    """
    check_role(actor, EventKind.LETTER_PREPARED)
    with transaction.atomic():
        _hold(request)
        kept = draft_of(request)
        if kept is None:
            return False
        rows = AppealLetter._base_manager.filter(pk=kept.pk, signed_at=None, version=seen)
        if not rows.delete()[0]:
            raise MovedOn(
                f"The draft was not thrown away: {kept.updated_by} changed it in the meantime, "
                "here or on another page. Read it first."
            )
    return True


def make_ready(actor: Actor, kept: AppealLetter) -> AppealLetter:
    """Say that the draft is complete, for somebody who may sign it.

    Raises MovedOn when `kept` is not what stands there now, ImpossibleFact("text") with all that is
    still to be settled.
    """
    request = kept.request
    with step(
        request,
        EventKind.LETTER_PREPARED,
        actor,
        happened=Moment.instant(actor.now, request.clinic.time_zone),
        facts={"letter": str(kept.number)},
    ):
        fresh = draft_of(request)
        if fresh is None or (fresh.pk, fresh.version) != (kept.pk, kept.version):
            raise MovedOn(_moved_words(fresh))
        check_settled(
            letter_of(actor, request, parts_from(fresh.parts), choices_of(request, fresh))
        )
        fresh.ready_by, fresh.ready_at = person_of(actor), actor.now
        fresh.version += 1
        fresh.save(update_fields=["ready_by", "ready_at", "version"])
    return fresh


def not_ready(request: PriorAuthRequest) -> None:
    """Take back that the draft was ready to sign."""
    rows = AppealLetter._base_manager.filter(request=request, signed_at=None)
    rows.update(ready_by=None, ready_at=None)


def page_counts(request: PriorAuthRequest, chosen: Choices) -> dict[int, int]:
    """Pages of each document that goes with it; raises ImpossibleFact naming one that is locked."""
    return {each.pk: _pages(each) for each in enclosed_of(request, chosen)}


def enclosed_of(request: PriorAuthRequest, chosen: Choices) -> list[Document]:
    """The documents that go with the letter, in their order."""
    papers = papers_of(request)
    keys = usual_papers(request, papers) if chosen.enclosed is None else chosen.enclosed
    by_key = {each.pk: each for each in papers}
    return [by_key[key] for key in keys if key in by_key]


def _pages(document: Document) -> int:
    try:
        with document.file.open("rb") as file:
            return count(file.read(), document.content_type)
    except (ImpossibleFact, FileNotFoundError, ValueError):
        raise ImpossibleFact(
            "enclosed",
            f"The pages of “{document.title}” cannot be counted: it is damaged, locked or gone. "
            "Untick it, and send it apart.",
        ) from None


def _begun(actor: Actor, request: PriorAuthRequest) -> AppealLetter:
    numbers = AppealLetter._base_manager.filter(request=request).values_list("number", flat=True)
    who = person_of(actor)
    return AppealLetter(
        clinic_id=request.clinic_id,
        request=request,
        number=max(numbers, default=0) + 1,
        begun_by=who,
        begun_at=actor.now,
        updated_by=who,
        updated_at=actor.now,
    )


def begin_next(actor: Actor, request: PriorAuthRequest) -> AppealLetter:
    """Begin the version after the last signed one, with its words; the one begun when there is.

    Raises MissingFact when nothing was signed yet.
    """
    check_role(actor, EventKind.LETTER_PREPARED)
    with transaction.atomic():
        _hold(request)
        kept = open_letter(request)
        if kept is not None:
            return kept
        last = signed_letters(request)
        if not last:
            raise MissingFact("text", "No version was signed yet: there is nothing to go on from.")
        parts, chosen = parts_from(last[0].parts), choices_of(request, last[0])
        return keep(actor, request, parts, chosen, seen=None)


def new_part_id(kind: str) -> str:
    """An id for a paragraph of one's own: "typed-1a2b3c4d"."""
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def stored_part(part: Part) -> dict[str, object]:
    """A paragraph as a row keeps it; `parts_from` reads it."""
    return {**asdict(part), "vouched": list(part.vouched)}


def check_role(actor: Actor, kind: EventKind) -> None:
    """Raise NotAllowedNow when the actor's role may not take the step `kind`."""
    if actor.role is not None and (refusal := role_refusal(transition_of(kind), actor.role)):
        raise NotAllowedNow(refusal)


def check_settled(letter: Letter) -> None:
    """Raise ImpossibleFact("text") with all that is still to be settled."""
    if wrong := problems(letter):
        raise ImpossibleFact("text", " ".join(wrong))


def person_of(actor: Actor) -> StaffMember:
    """Who acts; raises NotAllowedNow for what is no person, such as an import."""
    if actor.staff is None:
        raise NotAllowedNow("A letter is written and signed by a person.")
    return actor.staff
