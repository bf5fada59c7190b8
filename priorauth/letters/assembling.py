"""From the draft and what people made of it to the words that are printed, and why not yet.

What people keep is `Part`s: a text of their own or None for "as it follows from the file", whether
the paragraph is taken out, and the words they say they put in themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from priorauth.letters import evidence, law
from priorauth.letters.appeal import Draft, Gap, Paragraph, draft, gaps_in
from priorauth.letters.appeal_facts import AppealFacts, Fact
from priorauth.letters.tracing import Known, Word, is_published, untraced, words_of

_TYPED = ("own-", "typed-")
"""How the ids of paragraphs begin that follow from no fact."""


@dataclass(frozen=True, slots=True)
class Part:
    """What people made of one paragraph. `base` is the draft's text when they began to change it,
    `heading` only that of a paragraph of their own; `known` are words from the register of own
    texts."""

    id: str
    text: str | None = None
    base: str = ""
    heading: str = ""
    is_out: bool = False
    vouched: tuple[str, ...] = ()
    known: str = ""
    is_mine: bool = False
    """Somebody stands for the words of their own, beyond what can be looked up."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One paragraph as it stands now, with what must be settled before the letter is signed."""

    id: str
    heading: str
    text: str
    drafted: str
    is_out: bool
    is_edited: bool
    is_stale: bool
    """The facts moved after somebody changed the text: `drafted` is what it would be now."""
    facts: tuple[Fact, ...]
    gaps: tuple[Gap, ...]
    strange: tuple[Word, ...]
    """Words that no record bears out and nobody stands for."""
    vouched: tuple[str, ...] = ()
    known: str = ""
    is_mine: bool = False

    @property
    def is_by_hand(self) -> bool:
        """The words are a person's: neither the draft's nor those of the register of own texts."""
        words = self.text.split()
        return self.is_edited and bool(words) and words != self.known.split()


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter in the making."""

    facts: AppealFacts
    draft: Draft
    parts: tuple[Shown, ...]
    known: Known
    beside: tuple[evidence.Publication, ...] = field(default=())
    believed: tuple[law.Hook, ...] = field(default=())

    @property
    def printed(self) -> tuple[Shown, ...]:
        """The paragraphs that stand in it."""
        return tuple(each for each in self.parts if not each.is_out and each.text.strip())


def assemble(facts: AppealFacts, parts: Sequence[Part] = ()) -> Letter:
    """The letter from the file and from what people made of it, in their order.

    A paragraph that the draft did not have when they last looked stands after the one before it; a
    changed one whose ground is gone stays, an unchanged one goes.
    """
    made = draft(facts)
    generated = {each.id: each for each in made.paragraphs}
    known = known_of(facts, made, parts)
    kept = [each for each in parts if _stands(each, generated)]
    order = [each.id for each in kept]
    for place, paragraph in enumerate(made.paragraphs):
        if paragraph.id not in order:
            before = next(
                (one.id for one in reversed(made.paragraphs[:place]) if one.id in order), None
            )
            order.insert(order.index(before) + 1 if before else 0, paragraph.id)
    by_id = {each.id: each for each in kept}
    shown = tuple(_shown(key, generated.get(key), by_id.get(key), known) for key in order)
    return Letter(
        facts,
        made,
        shown,
        known,
        tuple(evidence.to_know(facts)),
        tuple(law.believed(facts)),
    )


def known_of(facts: AppealFacts, made: Draft, parts: Iterable[Part] = ()) -> Known:
    """What words of any paragraph can be traced to: the file and own texts."""
    told = [*facts.all_facts(), *(row.fact for row in made.rows if row.fact)]
    told += [fact for each in made.paragraphs for fact in each.facts]
    told = [each for each in told if not is_published(each)]
    told += [Fact(each.known, "own text") for each in parts if each.known]
    texts = [each.text for each in made.paragraphs] + [each.heading for each in made.paragraphs]
    return Known.of(told, texts, facts.made_on)


def known_in(known: Known, paragraph: Paragraph | Shown | None) -> Known:
    """The same with the evidence and the law that this paragraph cites."""
    published = [each for each in paragraph.facts if is_published(each)] if paragraph else []
    return known.also(published) if published else known


def problems(letter: Letter) -> list[str]:
    """Why it cannot be signed yet, in sentences; [] when it can."""
    found = [
        f"At the head of the letter lacks: {gap.what}. Record it on the case."
        for gap in letter.draft.gaps
    ]
    if not letter.printed:
        found.append("The letter has no paragraph left. Put one back.")
    for each in letter.printed:
        name = _named(each)
        lacking = list(dict.fromkeys(gaps_in(each.text)))
        if lacking:
            found.append(
                f"{name} still has a bracket: {'; '.join(lacking)}. Record it, write it, or take "
                "the paragraph out."
            )
        if each.strange:
            words = ", ".join(f"“{word.shown}”" for word in each.strange)
            found.append(
                f"{name} has words that no record of the case bears out: {words}. Correct them, or "
                "tick that you put them in yourself."
            )
        if each.is_by_hand and not each.is_mine:
            found.append(
                f"{name} was written or changed by hand, and not all of it can be looked up. Read "
                "it, and tick that you stand for these words."
            )
    return found


def traced(letter: Letter) -> dict[str, str]:
    """The record behind each number, date, code and name that is printed."""
    sources: dict[str, str] = {}
    for each in letter.printed:
        known = known_in(letter.known, each)
        for word in words_of(f"{each.heading}\n{each.text}"):
            if source := known.source_of(word):
                if source != "a text of ours":
                    sources.setdefault(word.shown, source)
            else:
                sources[word.shown] = "put in by hand"
    for row in letter.draft.rows:
        if row.fact is not None:
            sources.setdefault(row.text, row.fact.source)
    return sources


def part_of(shown: Shown) -> Part:
    """What is kept of a paragraph as it stands."""
    return Part(
        shown.id,
        shown.text if shown.is_edited else None,
        shown.drafted if shown.is_edited else "",
        shown.heading if shown.id.startswith(_TYPED) else "",
        shown.is_out,
        shown.vouched,
        shown.known,
        shown.is_mine,
    )


def parts_from(stored: Iterable[Mapping[str, object]]) -> tuple[Part, ...]:
    """Parts as they were kept; what is no part is left out."""
    found = []
    for row in stored:
        if not isinstance(row, Mapping) or not row.get("id"):
            continue
        text = row.get("text")
        vouched = row.get("vouched")
        found.append(
            Part(
                str(row["id"]),
                None if text is None else str(text),
                str(row.get("base") or ""),
                str(row.get("heading") or ""),
                bool(row.get("is_out")),
                tuple(str(each) for each in vouched) if isinstance(vouched, (list, tuple)) else (),
                str(row.get("known") or ""),
                bool(row.get("is_mine")),
            )
        )
    return tuple(found)


def _stands(part: Part, generated: Mapping[str, Paragraph]) -> bool:
    return part.id in generated or part.text is not None


def _shown(key: str, drafted: Paragraph | None, part: Part | None, known: Known) -> Shown:
    was = drafted.text if drafted else ""
    text = part.text if part is not None and part.text is not None else was
    is_edited = part is not None and part.text is not None
    heading = drafted.heading if drafted else (part.heading if part else "")
    gaps = tuple(
        next((gap for gap in (drafted.gaps if drafted else ()) if gap.what == what), Gap(what, ""))
        for what in dict.fromkeys(gaps_in(text))
    )
    vouched = part.vouched if part else ()
    return Shown(
        id=key,
        heading=heading,
        text=text,
        drafted=was,
        is_out=bool(part and part.is_out),
        is_edited=is_edited,
        is_stale=bool(is_edited and part and not key.startswith(_TYPED) and part.base != was),
        facts=drafted.facts if drafted else (),
        gaps=gaps,
        strange=tuple(untraced(f"{heading}\n{text}", known_in(known, drafted), vouched)),
        vouched=vouched,
        known=part.known if part else "",
        is_mine=bool(part and part.is_mine),
    )


def _named(each: Shown) -> str:
    return f"“{each.heading or each.text[:40].strip() + '...'}”"
