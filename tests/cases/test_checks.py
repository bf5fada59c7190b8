"""What the system checks refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from cases import checks
from cases.checks import patient_leases
from priorauth.rulebook.loader import load_rulebook
from tests.priorauth.rulebook.test_loader import GOOD


def test_a_lease_shorter_than_a_slow_answer_is_refused(settings):
    settings.MAIL_TIMEOUT, settings.REMINDER_ARMED_LEASE = 30, 59
    assert [found.id for found in patient_leases()] == ["cases.E006"]
    settings.REMINDER_ARMED_LEASE = 60
    assert list(patient_leases()) == []


_TWIN = GOOD[GOOD.index("[[rule]]") :].replace('"one"', '"two"')
_ENDED = GOOD.replace("amount = 15", "amount = 15\neffective_to = 2025-12-31")


@pytest.mark.parametrize(
    ("text", "rule", "field"),
    [
        (GOOD.replace("remedy =", "remedi ="), "one", "remedy"),
        (GOOD + _TWIN, "two", "effective_from"),
        (
            _ENDED + _TWIN.replace("amount = 15", "amount = 7\neffective_from = 2026-02-01"),
            "one",
            "effective_to",
        ),
        (GOOD.replace("request_received_by_payer", "request_seen"), "one", "starts_on"),
    ],
    ids=["typo", "overlap", "gap", "unknown event"],
)
def test_nothing_starts_with_a_faulty_rule_and_file_rule_and_field_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, rule: str, field: str
) -> None:
    (tmp_path / "us_sd.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(checks, "shipped_rulebook", lambda: load_rulebook(tmp_path))
    with pytest.raises(SystemCheckError) as refusal:
        call_command("check")
    assert f"us_sd.toml: rule {rule}: field {field}: " in str(refusal.value)


def test_the_rules_on_file_are_sound():
    assert list(checks.sound_rules()) == []
