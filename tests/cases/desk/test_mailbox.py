"""The mailbox page: this clinic's mails, and nobody else's."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from cases.desk.mailbox import mailbox
from cases.models import Membership
from cases.workflow.reminding import tick
from config.env import MailTransport
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    return tmp_path


def page(clinic, staff):
    request = RequestFactory().get("/mails/")
    request.user, request.clinic = staff, clinic
    return mailbox(request)


def a_sent_mail(clinic, staff):
    deadline = a_deadline(a_case(clinic, staff))
    tick(lambda: deadline.next_reminder_at)
    return reminders(deadline=deadline)[0]


def test_a_sent_reminder_can_be_read_with_its_headers():
    clinic = a_clinic()
    biller = a_colleague(clinic)
    row = a_sent_mail(clinic, biller)
    text = page(clinic, biller).content.decode()
    assert row.message_id.strip("<>") in text
    assert biller.email in text
    assert f"Case {row.deadline.request.number}: action due" in text
    assert "File the internal appeal - ours" in text


def test_another_clinics_mails_are_not_there_even_to_a_shared_biller():
    clinic, other = a_clinic(), a_clinic()
    biller = a_colleague(clinic)
    Membership._base_manager.create(clinic=other, staff=biller, role="biller")
    elsewhere = a_sent_mail(other, biller)
    assert elsewhere.message_id.strip("<>") not in page(clinic, biller).content.decode()
    assert elsewhere.message_id.strip("<>") in page(other, biller).content.decode()


def test_a_mail_whose_file_is_gone_breaks_nothing(folder):
    clinic = a_clinic()
    biller = a_colleague(clinic)
    a_sent_mail(clinic, biller)
    for path in folder.rglob("*.eml"):
        path.unlink()
    assert "file of this mail is gone" in page(clinic, biller).content.decode()


def test_with_a_mail_server_the_page_does_not_exist(settings):
    settings.MAIL = MailTransport("smtp", "mail.example.org", 25)
    clinic = a_clinic()
    with pytest.raises(Http404):
        page(clinic, a_colleague(clinic))


def test_without_sign_in_there_is_only_the_way_to_it():
    from django.contrib.auth.models import AnonymousUser

    assert page(a_clinic(), AnonymousUser()).status_code == 302


def test_the_page_asks_one_query_for_its_mails(django_assert_max_num_queries):
    from cases.mail.mailbox import kept_mails

    clinic = a_clinic()
    biller = a_colleague(clinic)
    for _ in range(3):
        a_sent_mail(clinic, biller)
    with django_assert_max_num_queries(1):
        assert len(kept_mails(clinic)) == 3


def test_the_page_answers_at_its_address_to_whoever_is_signed_in(client):
    clinic = a_clinic()
    biller = a_colleague(clinic)
    row = a_sent_mail(clinic, biller)
    client.force_login(biller)
    response = client.get(reverse("desk:mailbox"))
    assert response.status_code == 200
    assert row.message_id.strip("<>") in response.content.decode()
