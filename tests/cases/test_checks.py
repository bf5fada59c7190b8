"""What the system checks refuse."""

from __future__ import annotations

from cases.checks import patient_leases


def test_a_lease_shorter_than_a_slow_answer_is_refused(settings):
    settings.MAIL_TIMEOUT, settings.REMINDER_ARMED_LEASE = 30, 59
    assert [found.id for found in patient_leases()] == ["cases.E006"]
    settings.REMINDER_ARMED_LEASE = 60
    assert list(patient_leases()) == []
