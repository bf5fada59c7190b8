"""A case's happenings, asked the questions that clocks ask.

Structure (which submission is the present one, which answer belongs to which question) follows the
order of recording, which the life cycle has checked; times are told by each happening itself, so a
receipt proved late still counts from its own moment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

from priorauth.deadlines.facts import CaseFacts, Happening, Moment
from priorauth.terms import AppealOutcome, Channel, EventKind, ItemKind, Outcome, Term, Urgency

AnyTerm = TypeVar("AnyTerm", bound=Term)

ADVERSE_ENDINGS = frozenset(
    {AppealOutcome.UPHELD, AppealOutcome.PARTLY_OVERTURNED, AppealOutcome.DISMISSED}
)
REVERSING_ENDINGS = frozenset({AppealOutcome.OVERTURNED, AppealOutcome.PARTLY_OVERTURNED})
_AT_ONCE = frozenset({Channel.PORTAL, Channel.PHONE})


class Timeline:
    """The happenings of one case in order of recording. Reads, never changes."""

    def __init__(self, facts: CaseFacts) -> None:
        self.facts = facts
        self.recorded = tuple(sorted(facts.happenings, key=lambda each: each.learned_at))
        self._place = {each.key: index for index, each in enumerate(self.recorded)}
        # What was asked for before: every clock asks again, and the happenings do not change.
        self._found: dict[tuple[EventKind, ...], tuple[Happening, ...]] = {}
        self._decided: dict[frozenset[str], Happening | None] = {}
        self._all_lines = frozenset(line.key for line in facts.lines)

    def of_kind(self, *kinds: EventKind) -> Iterator[Happening]:
        """Happenings of these kinds in order of recording."""
        return iter(self._of_kind(kinds))

    def _of_kind(self, kinds: tuple[EventKind, ...]) -> tuple[Happening, ...]:
        found = self._found.get(kinds)
        if found is None:
            found = tuple(each for each in self.recorded if each.kind in kinds)
            self._found[kinds] = found
        return found

    def after(self, happening: Happening, *kinds: EventKind) -> Iterator[Happening]:
        """Happenings of these kinds that were recorded after `happening`."""
        found = self._of_kind(kinds)
        first = bisect_right(found, self._place[happening.key], key=self._place_of)
        return islice(found, first, None)

    def _place_of(self, happening: Happening) -> int:
        return self._place[happening.key]

    def precedes(self, one: Happening, other: Happening) -> bool:
        """Whether `one` was recorded before `other`."""
        return self._place[one.key] < self._place[other.key]

    def in_proceeding(self, opening: Happening, *kinds: EventKind) -> Happening | None:
        """The first happening of these kinds in the proceeding that `opening` opened."""
        for each in self.after(opening, *kinds):
            if each.proceeding == opening.proceeding:
                return each
        return None

    # ---------------------------------------------------------------- lines

    def lines(self, happening: Happening) -> frozenset[str]:
        """The lines it concerns; none named means all."""
        return frozenset(happening.lines) or self._all_lines

    def items(self, lines: frozenset[str]) -> tuple[ItemKind, ...]:
        """The kinds among these lines; a case without lines is taken as a service."""
        found = {line.item for line in self.facts.lines if not lines or line.key in lines}
        return tuple(sorted(found)) or (ItemKind.SERVICE,)

    def open_lines(self) -> frozenset[str]:
        """All lines that were not withdrawn."""
        return self._all_lines - self.withdrawn_lines()

    def lines_of(self, item: ItemKind) -> frozenset[str]:
        """All lines of one kind."""
        return frozenset(line.key for line in self.facts.lines if line.item is item)

    def meets(self, one: Happening, other: Happening) -> bool:
        """Whether two happenings concern a line in common."""
        here, there = self.lines(one), self.lines(other)
        return not here or not there or not here.isdisjoint(there)

    # ---------------------------------------------------------------- where the case stands

    def is_ended(self) -> bool:
        """Closed, or withdrawn as a whole, and not reopened."""
        ended = False
        withdrawn: set[str] = set()
        for each in self.of_kind(EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.REOPENED):
            if each.kind is EventKind.REOPENED:
                ended, withdrawn = False, set()
            elif each.kind is EventKind.CLOSED:
                ended = True
            else:
                withdrawn |= self.lines(each)
                ended = ended or withdrawn >= self._all_lines
        return ended

    def withdrawn_lines(self) -> frozenset[str]:
        """Lines taken back, of a case that goes on."""
        lines: frozenset[str] = frozenset()
        for each in self.of_kind(EventKind.WITHDRAWN, EventKind.REOPENED):
            lines = lines | self.lines(each) if each.kind is EventKind.WITHDRAWN else frozenset()
        return lines

    def submission(self) -> Happening | None:
        """The submission that the payer has now: the last, unless it was sent back since."""
        last: Happening | None = None
        for each in self.of_kind(EventKind.SUBMITTED, EventKind.REJECTED_BY_PAYER):
            last = each if each.kind is EventKind.SUBMITTED else None
        return last

    def is_sent_back(self) -> bool:
        """Sent back undecided and not submitted again."""
        sent_back = False
        for each in self.of_kind(EventKind.SUBMITTED, EventKind.REJECTED_BY_PAYER):
            sent_back = each.kind is EventKind.REJECTED_BY_PAYER
        return sent_back

    def this_round(self, *kinds: EventKind) -> Iterator[Happening]:
        """Happenings of these kinds since the present submission (all, when none is recorded)."""
        sent = self.submission()
        return self.after(sent, *kinds) if sent else self.of_kind(*kinds)

    def decided_with(self, lines: frozenset[str]) -> Happening | None:
        """The determination with which the last of `lines` was decided, in this round."""
        if lines not in self._decided:
            self._decided[lines] = self._last_decided(lines)
        return self._decided[lines]

    def _last_decided(self, lines: frozenset[str]) -> Happening | None:
        open_lines = set(lines - self.withdrawn_lines())
        for each in self.this_round(EventKind.DETERMINED):
            open_lines -= self.lines(each)
            if not open_lines:
                return each
        return None

    def is_reversed(self, adverse: Happening) -> bool:
        """Whether every line of an adverse decision was decided anew, or won, since."""
        lines = self.lines(adverse)
        won: set[str] = set()
        ends = (
            EventKind.PEER_TO_PEER_HELD,
            EventKind.APPEAL_DECIDED,
            EventKind.EXTERNAL_REVIEW_DECIDED,
        )
        for each in self.after(adverse, EventKind.DETERMINED, *ends):
            if each.kind is EventKind.DETERMINED:
                won |= self.lines(each)
            elif term(each, "outcome", AppealOutcome) is AppealOutcome.OVERTURNED:
                named = each.facts.get("lines_overturned")
                won |= set(named) if isinstance(named, tuple) and named else self._contested(each)
        return bool(lines) and won >= lines

    def _contested(self, ending: Happening) -> frozenset[str]:
        """The lines of the proceeding that `ending` ends."""
        for each in self.recorded:
            if ending.proceeding and each.proceeding == ending.proceeding and each is not ending:
                return self.lines(each)
        return self.lines(ending)

    def urgency(self, proceeding: str, asked: Urgency) -> tuple[Urgency, Happening | None]:
        """The urgency in force, and the change that brought it if it was changed.

        `proceeding` is empty for the request itself.
        """
        now: Urgency = asked
        since: Happening | None = None
        for each in self.of_kind(EventKind.URGENCY_CHANGED, EventKind.REQUEST_CORRECTED):
            changed = term(each, "urgency", Urgency)
            if changed is None or each.proceeding != proceeding:
                continue
            if each.kind is EventKind.REQUEST_CORRECTED:  # so it was meant from the beginning
                now, since = changed, None
            elif changed is not now:
                now, since = changed, each
        return now, since


# -------------------------------------------------------------------- reading one happening


def term(happening: Happening, name: str, kind: type[AnyTerm]) -> AnyTerm | None:
    """The fact of that name as a word of the vocabulary, or None."""
    value = happening.facts.get(name)
    if not isinstance(value, str):
        return None
    try:
        return kind(value)
    except ValueError:
        return None


def moment(happening: Happening, name: str, zone: str) -> Moment | None:
    """The fact of that name as a moment; a bare date is a whole day in `zone`."""
    value = happening.facts.get(name)
    if isinstance(value, Moment):
        return value
    return Moment.day(value, zone) if isinstance(value, date) else None


def printed(happening: Happening, name: str) -> date | None:
    """The date of that name as printed on a letter."""
    value = happening.facts.get(name)
    if isinstance(value, Moment):
        return value.on
    return value if isinstance(value, date) else None


def in_zone(when: Moment, zone: str) -> Moment:
    """The same moment with its date on the wall of `zone`; a bare day keeps its date."""
    return Moment.instant(when.at, zone) if when.at else Moment.day(when.on, zone)


def receipt_of(sent: Happening, recorded: Happening | None) -> Moment | None:
    """When the payer had it: as recorded, as told with the sending, or at once by portal or phone.

    None for fax and mail without proof.
    """
    if recorded is not None and recorded.when is not None:
        return recorded.when
    told = sent.facts.get("received_by_payer")
    if isinstance(told, Moment):
        return told
    return sent.when if term(sent, "channel", Channel) in _AT_ONCE else None


def is_adverse(happening: Happening) -> bool:
    """Whether a determination refuses anything."""
    if happening.facts.get("adverse") is True:
        return True
    pairs = happening.facts.get("outcomes")
    refused = {Outcome.DENIED, Outcome.PARTLY_APPROVED, Outcome.MODIFIED, Outcome.DISMISSED}
    return isinstance(pairs, tuple) and any(pair.rpartition("=")[2] in refused for pair in pairs)
