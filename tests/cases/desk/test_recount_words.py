"""A case whose dates wait to be recounted, or could not be, says so wherever they are read."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Clinic, PriorAuthRequest
from tests.cases.desk import made
from tests.cases.desk.made import NOW


@pytest.mark.parametrize(
    ("column", "word", "sentence"),
    [
        ("recount_from", "Dates are being recounted", "are being recounted, because"),
        ("recount_failed_at", "Dates could not be recounted", "check them by hand"),
    ],
)
def test_worklist_case_and_why_say_it(
    client: Client, clinic: Clinic, column: str, word: str, sentence: str
) -> None:
    case = made.request(clinic)
    clock = made.deadline(case, rule="x", derivation={}, legal_at=NOW, due=NOW)
    pages = {
        "/": word,
        f"/case/{case.number}/": sentence,
        f"/case/{case.number}/why/{clock.pk}/": sentence,
    }
    assert all(words not in client.get(page).content.decode() for page, words in pages.items())
    PriorAuthRequest.objects.filter(pk=case.pk).update(**{column: NOW})
    assert all(words in client.get(page).content.decode() for page, words in pages.items())
