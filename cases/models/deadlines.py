"""Deadlines: the engine's answer, stored. Immutable; a moved date is a new row."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from cases.models.base import ClinicOwned, term_field
from priorauth.reminders import OWN_DATES
from priorauth.terms import ClockKind, ItemKind, OwedBy, Standing

APART = (ClockKind.INFUSION_BOOKED, ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END)
"""Sorts of deadlines that have groups of their own on the worklist."""

OURS_APART = Q(kind__in=APART, owed_by=OwedBy.CLINIC)
"""Those of them that are ours: they come up long before they end, so that many of them lie before
what is overdue, and each would be passed over."""

LIVE = Q(standing__in=[Standing.RUNNING, Standing.TOLLED])

_RUNS = Q(standing=Standing.RUNNING.value)
_HAS_LIMIT = Q(legal_at__isnull=False)
_OURS_ALONE = Q(owed_by=OwedBy.CLINIC.value, kind__in=sorted(kind.value for kind in OWN_DATES))
_PROMISED = Q(kind=ClockKind.PROMISE.value, owed_by=OwedBy.PAYER.value, legal_at__isnull=True)


class Deadline(ClinicOwned):
    """One version of one deadline of a case.

    `key` is the natural key (item, kind, rule with its effective date, start event): at most one
    live row carries it. The dates never change: a moved date is a new row, and this one becomes
    `superseded`. `act_at` is what the worklist sorts by: the moment by which the clinic should act
    (its working date, or the day to chase the payer). `next_reminder_at` is a hint for the sweep;
    `answered_at` and `quiet_until` are the newest answer to a reminder, kept here for it too.

    `overdue_at` and `broken_at` are worked out by the database from the columns beside them, and
    never both: the instant after which the row, with nothing done, is said to be overdue (its
    legal limit, or a date that only we set) or a broken promise. They are empty when that can never
    be said of it, and while its clock does not run. The worklist finds its first rows by them.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="deadlines"
    )
    key = models.CharField(max_length=160)
    revision = models.PositiveIntegerField(default=1)
    kind = term_field(ClockKind)
    item = term_field(ItemKind, blank=True)
    owed_by = term_field(OwedBy)
    rule = models.CharField(max_length=80, blank=True)
    rule_effective_from = models.DateField(null=True, blank=True)
    start_event = models.ForeignKey(
        "cases.CaseEvent", on_delete=models.CASCADE, null=True, related_name="deadlines"
    )
    proceeding = models.CharField(max_length=40, blank=True)

    started_at = models.DateTimeField()
    chase_at = models.DateTimeField(null=True)
    working_at = models.DateTimeField(null=True)
    legal_at = models.DateTimeField(null=True)
    printed_on = models.DateField(null=True)
    due_at = models.DateTimeField(help_text="What drives the work; overdue is said after it only.")
    act_at = models.DateTimeField(help_text="When the clinic should act: the worklist's order.")
    is_believed = models.BooleanField(default=False, help_text="Limit whose text is not on file.")

    standing = term_field(Standing, default=Standing.RUNNING)
    overdue_at = models.GeneratedField(
        expression=Case(
            When(_RUNS & _HAS_LIMIT, then=Greatest(F("due_at"), F("legal_at"))),
            When(_RUNS & _OURS_ALONE, then=F("due_at")),
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    broken_at = models.GeneratedField(
        expression=Case(When(_RUNS & _PROMISED, then=F("due_at"))),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    settled_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="supersedes"
    )
    computed_at = models.DateTimeField()
    derivation = models.JSONField(default=dict, help_text="Rule, citation, steps, losers.")

    next_reminder_at = models.DateTimeField(null=True)
    reminder_problem = models.CharField(
        max_length=200, blank=True, help_text="Why nobody can be reminded, if so."
    )
    answered_at = models.DateTimeField(
        null=True, help_text="When somebody last answered a reminder of this version."
    )
    quiet_until = models.DateTimeField(null=True, help_text="Until when that put it off.")

    class Meta:
        ordering = ["act_at", "pk"]
        indexes = [
            models.Index(
                fields=["next_reminder_at", "id"],
                condition=Q(next_reminder_at__isnull=False),
                name="deadline_to_remind",
            ),
            # The worklist's. What follows the row's number is no order: by it rows are passed over
            # and narrowed without being read.
            models.Index(
                fields=["clinic", "owed_by", "act_at", "id", "request"],
                condition=LIVE,
                name="deadline_worklist",
            ),
            models.Index(
                fields=[
                    "clinic",
                    "owed_by",
                    "act_at",
                    "id",
                    "overdue_at",
                    "legal_at",
                    "kind",
                    "request",
                ],
                condition=Q(overdue_at__isnull=False) & ~OURS_APART,
                name="deadline_may_pass",
            ),
            # Rare among the due: without these all that is overdue would be passed over first.
            models.Index(
                fields=["clinic", "kind", "act_at", "id", "overdue_at", "owed_by"],
                condition=Q(overdue_at__isnull=False, kind__in=APART),
                name="deadline_set_apart",
            ),
            models.Index(
                fields=["clinic", "kind", "overdue_at", "act_at", "id", "owed_by"],
                condition=Q(overdue_at__isnull=False, kind__in=APART),
                name="deadline_apart_passed",
            ),
            models.Index(
                fields=["clinic", "owed_by", "overdue_at", "act_at", "id", "kind"],
                condition=Q(
                    owed_by=OwedBy.CLINIC, legal_at__isnull=False, overdue_at__isnull=False
                ),
                name="deadline_near_limit",
            ),
            models.Index(
                fields=["clinic", "owed_by", "act_at", "id", "broken_at", "request"],
                condition=Q(broken_at__isnull=False),
                name="deadline_may_be_broken",
            ),
            models.Index(
                fields=["clinic", "owed_by", "act_at", "id", "standing", "request"],
                condition=LIVE & Q(overdue_at__isnull=True) & Q(broken_at__isnull=True),
                name="deadline_never_late",
            ),
            # Of ours it is also asked whether the date itself has passed.
            models.Index(
                fields=["clinic", "act_at", "id", "due_at", "kind", "standing", "owed_by"],
                condition=LIVE & Q(owed_by=OwedBy.CLINIC, overdue_at__isnull=True, broken_at=None),
                name="deadline_of_no_law",
            ),
            models.Index(
                fields=["clinic", "id"],
                condition=LIVE & ~Q(reminder_problem=""),
                name="deadline_unreminded",
            ),
            models.Index(fields=["request", "standing"], name="deadline_by_request"),
            models.Index(
                fields=["clinic", "rule", "act_at", "id"], condition=LIVE, name="deadline_by_rule"
            ),
            models.Index(
                fields=["legal_at", "id"],
                condition=LIVE & Q(owed_by=OwedBy.PAYER, legal_at__isnull=False),
                name="deadline_payers_limit",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "key"], condition=LIVE, name="deadline_one_live_version"
            ),
            models.UniqueConstraint(
                fields=["request", "key", "revision"], name="deadline_revision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{ClockKind(self.kind).label} ({self.pk})"
