"""The folder transport: a mail is there whole, or not at all, and never twice."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cases.mail.folder import FolderTransport
from cases.mail.outcomes import Delivered, OutgoingMail, Refused, Withdrawn


def mail(content: bytes = b"Subject: x\r\n\r\nHello\r\n", reminder_id=None) -> OutgoingMail:
    return OutgoingMail(reminder_id or uuid4(), "desk@localhost", "jo@clinic.example", content)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_mail_is_kept_under_its_id_after_it_was_armed(tmp_path):
    transport = FolderTransport(tmp_path)
    one = mail()
    visible: list[bool] = []

    def arm() -> float:
        visible.append(transport.path(one.reminder_id).exists())
        return 900.0

    assert isinstance(transport.deliver(one, arm), Delivered)
    assert visible == [False]
    assert transport.path(one.reminder_id).read_bytes() == one.content
    assert transport.lookup(one.reminder_id) is True
    assert transport.lookup(uuid4()) is False
    assert transport.path(one.reminder_id).stat().st_mode & 0o077 == 0


def test_a_second_copy_replaces_the_first(tmp_path):
    transport = FolderTransport(tmp_path)
    one = mail()
    transport.deliver(one, lambda: 900.0)
    transport.deliver(mail(b"again", one.reminder_id), lambda: 900.0)
    assert [path.read_bytes() for path in files(tmp_path)] == [b"again"]


def test_an_arm_that_says_no_leaves_nothing_behind(tmp_path):
    assert isinstance(FolderTransport(tmp_path).deliver(mail(), lambda: 0.0), Withdrawn)
    assert files(tmp_path) == []


def test_an_arm_that_breaks_leaves_nothing_behind(tmp_path):
    def arm() -> float:
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        FolderTransport(tmp_path).deliver(mail(), arm)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_delays_and_loses_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    outcome = FolderTransport(tmp_path / "file").deliver(mail(), lambda: 900.0)
    assert isinstance(outcome, Refused)
    assert (outcome.is_permanent, outcome.is_server) == (False, True)
