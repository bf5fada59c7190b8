"""Patients on file twice: listed, compared, joined by a button, taken back by another."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Patient, PatientMerge, PriorAuthRequest
from priorauth.terms import Role
from tests.cases.desk import made

PAGE = "/patients/twice/"


@pytest.fixture
def lead(clinic: Any, signed_in: Any) -> Client:
    return signed_in(made.staff(clinic, Role.LEAD, "Sam Ortega"))


@pytest.fixture
def pair(clinic: Any) -> tuple[PriorAuthRequest, PriorAuthRequest]:
    return made.request(clinic), made.request(clinic, member_id="XJ9")


def seen(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def compare(pair: tuple[PriorAuthRequest, PriorAuthRequest]) -> str:
    return f"/patients/{pair[0].patient_id}/join/?other={pair[1].patient_id}"


def test_two_records_are_listed_compared_and_joined_and_taken_back(
    lead: Client, pair: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    first, second = pair
    listed = seen(lead.get(PAGE))
    assert "Same name and date of birth" in listed
    assert f'href="{compare(pair)}"' in listed

    page = seen(lead.get(compare(pair)))
    assert "Nothing is joined yet." in page
    assert second.number in page and first.number in page
    assert Patient.objects.count() == 2

    posted = {"other": second.patient_id, "seen": "0.0"}
    answer = lead.post(f"/patients/{first.patient_id}/join/", posted, follow=True)
    assert f"Joined: everything is under patient {first.patient_id} now." in seen(answer)
    assert "Moved: 1 coverage, 1 case." in seen(answer)
    case = seen(lead.get(f"/case/{second.number}/"))
    assert f"patient {second.patient_id} was joined on" in case

    merge = PatientMerge.objects.get()
    assert lead.get(reverse("admin:cases_patientmerge_change", args=[merge.pk])).status_code == 200
    answer = lead.post(f"/patients/joined/{merge.pk}/take-back/", follow=True)
    assert f"Taken back: patient {second.patient_id} is on file again." in seen(answer)
    assert "Taken back by Sam Ortega" in seen(answer)
    assert Patient.objects.count() == 2


def test_a_comparison_that_is_out_of_date_joins_nothing(
    lead: Client, pair: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    for stale in ("1.0", "", "x.y", "9" * 40, "9" * 5000 + ".0", "0." + "9" * 40, "0.x.0"):
        posted = {"other": pair[1].patient_id, "seen": stale}
        answer = lead.post(f"/patients/{pair[0].patient_id}/join/", posted, follow=True)
        assert "Compare them again as they are now." in seen(answer)
    assert not PatientMerge.objects.exists()


def test_different_birth_dates_are_warned_of(
    lead: Client, pair: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    assert "may be two people" not in seen(lead.get(compare(pair)))
    Patient.objects.filter(pk=pair[1].patient_id).update(birth_date="1981-01-01")
    assert "Their dates of birth differ: these may be two people." in seen(lead.get(compare(pair)))


def test_an_address_beside_part_of_another_is_said_to_stay_behind(
    lead: Client, pair: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    kept = Patient.objects.filter(pk=pair[0].patient_id)
    kept.update(address_1="", city="", state="", zip_code="10001")
    home = {"address_1": "12 Elm Street", "city": "Albany", "state": "NY", "zip_code": "12207"}
    Patient.objects.filter(pk=pair[1].patient_id).update(**home)
    behind = '<td>12 Elm Street</td><td><b class="pa-alarm">differs: stays as at the left</b></td>'
    assert behind in seen(lead.get(compare(pair)))
    kept.update(zip_code="")
    assert "<td>12 Elm Street</td><td><b>taken over</b></td>" in seen(lead.get(compare(pair)))


@pytest.mark.parametrize("other", ["", "x", "0", "-1", "9" * 30, "99999999", "%00"])
def test_what_is_no_other_record_is_not_found(
    lead: Client, pair: tuple[PriorAuthRequest, PriorAuthRequest], other: str
) -> None:
    address = f"/patients/{pair[0].patient_id}/join/"
    assert lead.get(f"{address}?other={other}").status_code == 404
    assert lead.post(address, {"other": other}).status_code == 404
    assert lead.get(f"{address}?other={pair[0].patient_id}").status_code == 404


@pytest.mark.parametrize("role", [Role.BILLER, Role.CLINICIAN, Role.AUDITOR])
def test_others_are_refused(
    clinic: Any, signed_in: Any, pair: tuple[PriorAuthRequest, PriorAuthRequest], role: Role
) -> None:
    other = signed_in(made.staff(clinic, role, "No Lead"))
    posted = {"other": pair[1].patient_id, "seen": "0.0"}
    assert other.get(PAGE).status_code == 403
    assert other.get(compare(pair)).status_code == 403
    assert other.post(f"/patients/{pair[0].patient_id}/join/", posted).status_code == 403
    assert other.post("/patients/joined/1/take-back/").status_code == 403
    assert Patient.objects.count() == 2


def test_no_double_is_said_so_and_no_title_names_anybody(
    lead: Client, clinic: Any, pair: tuple[PriorAuthRequest, PriorAuthRequest]
) -> None:
    for address in (PAGE, compare(pair)):
        title = re.search(r"<title>(.*?)</title>", lead.get(address).content.decode(), re.S)
        assert title and "Quill" not in title[1]
    Patient.objects.filter(pk=pair[1].patient_id).update(last_name_folded="other")
    assert "Nobody is on file twice" in seen(lead.get(PAGE))
