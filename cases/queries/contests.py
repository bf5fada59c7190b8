"""Where denials were contested: peer-to-peer talks, appeals and reviews of many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from cases.models import Appeal, ExternalReview, PeerToPeer
from priorauth.reports.facts import REFUSING, Contest, Stage
from priorauth.terms import AppealLevel, AppealOutcome, LineStatus, Outcome

_STANDS = Q(event__undone_by__isnull=True)


@dataclass(frozen=True, slots=True)
class Held:
    """One contest and the row numbers of the lines that it names; None: every refused line."""

    contest: Contest
    lines: frozenset[int] | None

    def of_line(self, line: int, status: str, said: Outcome) -> Contest | None:
        """The contest as it ended for one line, None when it was not about it.

        `status` is where the line stands now, `said` what was decided at first. Where several
        lines were contested together and won in part, those that stand better now were won.
        """
        is_named = said in REFUSING if self.lines is None else line in self.lines
        if not is_named:
            return None
        won_in_part = self.contest.outcome == AppealOutcome.PARTLY_OVERTURNED
        is_alone = self.lines is not None and len(self.lines) == 1
        if won_in_part and not is_alone and status in (said, LineStatus.DENIED):
            return Contest(self.contest.stage, AppealOutcome.UPHELD)
        return self.contest


def contests(keys: Sequence[int]) -> dict[int, list[Held]]:
    """The standing contests of the cases with these row numbers, in three queries."""
    found: dict[int, list[Held]] = defaultdict(list)
    appeals = Appeal.objects.filter(_STANDS, request__in=keys).order_by("pk")
    for key, level, outcome, lines in _with_lines(
        appeals.values_list("request", "pk", "level", "outcome", "lines")
    ):
        stage = Stage.SECOND_APPEAL if level == AppealLevel.SECOND else Stage.FIRST_APPEAL
        found[key].append(Held(Contest(stage, _judged(outcome)), lines))
    talks = PeerToPeer.objects.filter(_STANDS, request__in=keys).order_by("pk")
    for key, outcome in talks.values_list("request", "outcome"):
        found[key].append(Held(Contest(Stage.PEER_TO_PEER, _judged(outcome)), None))
    reviews = ExternalReview.objects.filter(_STANDS, request__in=keys).order_by("pk")
    for key, _, outcome, lines in _with_lines(
        reviews.values_list("request", "pk", "body", "outcome", "lines")
    ):
        found[key].append(Held(Contest(Stage.EXTERNAL_REVIEW, _judged(outcome)), lines))
    return found


def _with_lines(
    rows: Iterable[tuple[int, int, str, str, int | None]],
) -> list[tuple[int, str, str, frozenset[int] | None]]:
    """One row a proceeding from one row a line of it: its case, sort, outcome and lines."""
    named: dict[tuple[int, int, str, str], set[int]] = defaultdict(set)
    for key, pk, sort, outcome, line in rows:
        named[key, pk, sort, outcome].update(() if line is None else (line,))
    return [
        (key, sort, outcome, frozenset(lines) or None)
        for (key, _, sort, outcome), lines in named.items()
    ]


def _judged(outcome: str) -> AppealOutcome | None:
    return AppealOutcome(outcome) if outcome else None
