"""Where a case can stand: its filing, each of its lines, and each proceeding beside them.

Nothing here is stored as it is: a `CaseState` is what `replay` makes of the recorded happenings,
and `CaseState.status` is the one word that lists show for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from priorauth.deadlines.facts import Moment
from priorauth.terms import (
    ADVERSE_OUTCOMES,
    APPROVING_OUTCOMES,
    AppealLevel,
    AppealOutcome,
    LineStatus,
    RequestStatus,
    Term,
    Urgency,
)


class Filing(Term):
    """How far the request itself has come."""

    NOT_OPENED = "not_opened", "Not opened"
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RECEIVED = "received", "With the payer"
    PENDED = "pended", "Pended"
    DETERMINED = "determined", "Determined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"


WITH_THE_PAYER = frozenset({Filing.SUBMITTED, Filing.RECEIVED, Filing.PENDED})
ENDED = frozenset({Filing.WITHDRAWN, Filing.CLOSED})


class ProceedingKind(Term):
    """What runs beside the filing. The value begins the key of each proceeding (`appeal-12`)."""

    INFORMATION = "information", "Information request"
    PEER_TO_PEER = "peer_to_peer", "Peer-to-peer"
    APPEAL = "appeal", "Appeal"
    EXTERNAL_REVIEW = "external_review", "External review"

    @classmethod
    def of(cls, key: str) -> ProceedingKind | None:
        """The kind that a key such as `appeal-12` names, or None."""
        begins = key.rpartition("-")[0]
        return cls(begins) if begins in set(cls) else None


class Stage(Term):
    """How far a proceeding has come."""

    NONE = "none", "Not begun"
    OPEN = "open", "Payer waits for our answer"
    ANSWERED = "answered", "Answered"
    LAPSED = "lapsed", "No longer awaited"
    REQUESTED = "requested", "Requested"
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Held"
    FILED = "filed", "Filed"
    RECEIVED = "received", "Received"
    ASSIGNED = "assigned", "With the reviewer"
    DECIDED = "decided", "Decided"


RUNNING_STAGES = frozenset(
    {
        Stage.OPEN,
        Stage.REQUESTED,
        Stage.SCHEDULED,
        Stage.FILED,
        Stage.RECEIVED,
        Stage.ASSIGNED,
    }
)

ADVERSE_LINES = frozenset(LineStatus(outcome.value) for outcome in ADVERSE_OUTCOMES)
APPROVING_LINES = frozenset(LineStatus(outcome.value) for outcome in APPROVING_OUTCOMES)


@dataclass(frozen=True, slots=True)
class LineState:
    """Where one service line stands.

    `decided` is when the standing answer was given, None when it has none or its date is unknown.
    `internal_level` is the last internal appeal that left the line adverse, `internal_decided` its
    time. `is_revisable`: a talk, an appeal or a review ended since the last determination, so the
    payer may send a new one. `before_withdrawal` is the status to come back to when the withdrawn
    request is reopened; None for a line that was withdrawn by itself.
    """

    key: str
    status: LineStatus = LineStatus.REQUESTED
    decided: Moment | None = None
    internal_level: AppealLevel | None = None
    internal_decided: Moment | None = None
    is_final_internal: bool = False
    is_externally_decided: bool = False
    is_revisable: bool = False
    before_withdrawal: LineStatus | None = None

    @property
    def is_undecided(self) -> bool:
        """The payer still owes an answer on it."""
        return self.status is LineStatus.REQUESTED

    @property
    def is_decided(self) -> bool:
        """The payer has answered it."""
        return self.status not in (LineStatus.REQUESTED, LineStatus.WITHDRAWN)

    @property
    def may_be_determined(self) -> bool:
        """The payer may answer it: for the first time, or anew after a contest."""
        return self.is_undecided or (self.is_decided and self.is_revisable)

    @property
    def is_adverse(self) -> bool:
        """Refused in whole or in part, so it can be contested."""
        return self.status in ADVERSE_LINES


@dataclass(frozen=True, slots=True)
class Proceeding:
    """One information request, peer-to-peer, appeal or external review.

    `opened` and `ended` are None when the date is unknown (and `ended` while it runs).
    """

    key: str
    kind: ProceedingKind
    stage: Stage = Stage.NONE
    lines: tuple[str, ...] = ()
    opened: Moment | None = None
    received: Moment | None = None
    is_receipt_recorded: bool = False
    ended: Moment | None = None
    level: AppealLevel | None = None
    urgency: Urgency | None = None
    outcome: AppealOutcome | None = None

    @property
    def is_running(self) -> bool:
        """Something is still awaited in it."""
        return self.stage in RUNNING_STAGES


@dataclass(frozen=True, slots=True)
class CaseState:
    """All that the life cycle knows of a case. Built by `replay`, moved by `apply`.

    `proceedings` are in order of their keys, so that equal histories give equal states.
    `urgency_reason_given` is None when nobody said.
    """

    lines: tuple[LineState, ...] = ()
    proceedings: tuple[Proceeding, ...] = ()
    is_opened: bool = False
    is_submitted: bool = False
    is_receipt_recorded: bool = False
    ended_as: Filing | None = None
    submitted: Moment | None = None
    received: Moment | None = None
    sent_back: Moment | None = None
    urgency: Urgency | None = None
    urgency_reason_given: bool | None = None

    @property
    def filing(self) -> Filing:
        """How far the request itself has come, derived from lines and information requests."""
        if self.ended_as is not None:
            return self.ended_as
        live = [line for line in self.lines if line.status is not LineStatus.WITHDRAWN]
        if live and not any(line.is_undecided for line in live):
            return Filing.DETERMINED
        if not self.is_submitted:
            return Filing.DRAFT if self.is_opened else Filing.NOT_OPENED
        if self.running(ProceedingKind.INFORMATION):
            return Filing.PENDED
        is_with_payer = self.is_receipt_recorded or any(line.is_decided for line in live)
        return Filing.RECEIVED if is_with_payer else Filing.SUBMITTED

    @property
    def status(self) -> RequestStatus:
        """The one word for lists. Proceedings run side by side; the outermost one is shown."""
        filing = self.filing
        if filing in ENDED:
            return RequestStatus(filing.value)
        if self.running(ProceedingKind.EXTERNAL_REVIEW):
            return RequestStatus.UNDER_EXTERNAL_REVIEW
        if self.running(ProceedingKind.APPEAL):
            return RequestStatus.UNDER_APPEAL
        if filing is Filing.DETERMINED:
            return self._outcome()
        return RequestStatus.DRAFT if filing is Filing.NOT_OPENED else RequestStatus(filing.value)

    def _outcome(self) -> RequestStatus:
        given = {line.status for line in self.lines} - {LineStatus.WITHDRAWN}
        if given == {LineStatus.APPROVED}:
            return RequestStatus.APPROVED
        if given & APPROVING_LINES:
            return RequestStatus.PARTLY_APPROVED
        return RequestStatus.DENIED

    @property
    def undecided(self) -> tuple[LineState, ...]:
        """Lines on which the payer still owes an answer."""
        return tuple(line for line in self.lines if line.is_undecided)

    @property
    def adverse(self) -> tuple[LineState, ...]:
        """Lines that stand refused in whole or in part."""
        return tuple(line for line in self.lines if line.is_adverse)

    @property
    def is_contest_running(self) -> bool:
        """An appeal or an external review awaits its decision."""
        return bool(
            self.running(ProceedingKind.APPEAL) or self.running(ProceedingKind.EXTERNAL_REVIEW)
        )

    def line(self, key: str) -> LineState | None:
        """The line of that key, or None."""
        return next((line for line in self.lines if line.key == key), None)

    def proceeding(self, key: str) -> Proceeding | None:
        """The proceeding of that key, or None."""
        return next((one for one in self.proceedings if one.key == key), None)

    def running(self, kind: ProceedingKind, line: str | None = None) -> tuple[Proceeding, ...]:
        """Proceedings of that kind that are still running, on that line when one is named."""
        return tuple(
            one
            for one in self.proceedings
            if one.kind is kind and one.is_running and (line is None or line in one.lines)
        )
