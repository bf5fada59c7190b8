"""Saving a record: two editors, wrong codes, doubles. Nothing typed is lost, nothing half saved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.models import Clinic, Clinician, Coverage, Patient, Payer, PayerDemand, PayerLine, Plan
from tests.cases.admin.conftest import add_url, change_url
from tests.cases.one_case import a_case, a_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(clinic):
    return Payer._base_manager.create(clinic=clinic, name="Northfield Health", fax="")


def stored(row):
    return type(row)._base_manager.get(pk=row.pk)


# ------------------------------------------------------------------ the clinic is set, not asked


def test_a_new_record_belongs_to_the_clinic_one_works_in(visitor, clinic):
    visitor.post(
        add_url(Payer),
        {
            "name": "Prairie Mutual",
            **empty_inlines("phone_lines", "demands"),
        },
    )
    assert Payer._base_manager.get().clinic == clinic


def test_a_clinic_sent_along_is_not_listened_to(visitor, clinic):
    other = a_clinic()
    visitor.post(
        add_url(Payer),
        {
            "name": "Prairie Mutual",
            "clinic": other.pk,
            "clinic_id": other.pk,
            **empty_inlines("phone_lines", "demands"),
        },
    )
    assert Payer._base_manager.get().clinic == clinic


def test_rows_below_a_record_belong_to_its_clinic(visitor, clinic, payer, opened):
    form = opened(payer) | {
        "phone_lines-TOTAL_FORMS": "1",
        "phone_lines-0-kind": "medical",
        "phone_lines-0-number": "212-555-0142",
    }
    visitor.post(change_url(payer), form)
    line = PayerLine._base_manager.get()
    assert (line.clinic, line.payer, line.number) == (clinic, payer, "(212) 555-0142")


def empty_inlines(*prefixes):
    return {
        f"{prefix}-{name}": "0"
        for prefix in prefixes
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }


# ------------------------------------------------------------------ two editors


def test_the_second_of_two_editors_is_told_and_loses_nothing(visitor, payer, opened):
    mine = opened(payer)
    visitor.post(change_url(payer), opened(payer) | {"payer_id": "60054"})
    response = visitor.post(change_url(payer), mine | {"payer_id": "87726", "remarks": "Ask Kim"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Somebody else saved this record while you had it open" in page
    assert "On file now: 60054. You typed: 87726." in page
    assert 'value="87726"' in page and "Ask Kim" in page
    assert (stored(payer).payer_id, stored(payer).remarks) == ("60054", "")


def test_saving_again_after_the_warning_keeps_ones_own(visitor, payer, opened):
    mine = opened(payer) | {"payer_id": "87726"}
    visitor.post(change_url(payer), opened(payer) | {"payer_id": "60054"})
    page = visitor.post(change_url(payer), mine).content.decode()
    from tests.house.html_forms import form_in

    visitor.post(change_url(payer), form_in(page, "payer_form"))
    assert stored(payer).payer_id == "87726"


def test_a_third_editor_in_between_is_noticed_too(visitor, payer, opened):
    mine = opened(payer) | {"payer_id": "87726"}
    visitor.post(change_url(payer), opened(payer) | {"payer_id": "60054"})
    page = visitor.post(change_url(payer), mine).content.decode()
    from tests.house.html_forms import form_in

    visitor.post(change_url(payer), opened(payer) | {"payer_id": "11111"})
    again = visitor.post(change_url(payer), form_in(page, "payer_form"))
    assert "On file now: 11111. You typed: 87726." in again.content.decode()
    assert stored(payer).payer_id == "11111"


def test_one_editor_alone_is_never_warned(visitor, payer, opened):
    for number in ("1", "2", "3"):
        response = visitor.post(change_url(payer), opened(payer) | {"payer_id": number})
        assert response.status_code == 302
    assert (stored(payer).payer_id, stored(payer).version) == ("3", 3)


def test_two_who_typed_the_same_are_not_bothered(visitor, payer, opened):
    mine = opened(payer) | {"payer_id": "60054"}
    visitor.post(change_url(payer), mine)
    assert visitor.post(change_url(payer), mine).status_code == 302


def test_a_form_without_the_version_it_saw_overwrites_nothing(visitor, payer, opened):
    form = opened(payer) | {"payer_id": "87726"}
    visitor.post(change_url(payer), opened(payer) | {"payer_id": "60054"})
    del form["seen_version"]
    assert visitor.post(change_url(payer), form).status_code == 200
    assert stored(payer).payer_id == "60054"


def test_a_row_below_that_somebody_else_saved_is_not_overwritten(visitor, clinic, payer, opened):
    line = PayerLine._base_manager.create(
        clinic=clinic, payer=payer, kind="medical", number="(212) 555-0100"
    )
    mine = opened(payer) | {"phone_lines-0-hours": "Mon-Fri 8-18"}
    visitor.post(change_url(payer), opened(payer) | {"phone_lines-0-hours": "Mon-Fri 9-17"})
    page = visitor.post(change_url(payer), mine).content.decode()
    assert "On file now: Mon-Fri 9-17. You typed: Mon-Fri 8-18." in page
    assert stored(line).hours == "Mon-Fri 9-17"


def test_choices_in_the_warning_are_named_as_on_screen(visitor, clinic, payer, opened):
    plan = Plan._base_manager.create(clinic=clinic, payer=payer, name="Choice PPO")
    mine = opened(plan) | {"funding": "insured"}
    visitor.post(change_url(plan), opened(plan) | {"funding": "self_funded"})
    page = visitor.post(change_url(plan), mine).content.decode()
    assert "On file now: Self-funded. You typed: Fully insured." in page


# ------------------------------------------------------------------ codes and identifiers


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("npi", "1234567890", "NPI"),
        ("npi", "12345", "ten digits"),
        ("tin", "12-34", "nine digits"),
        ("state", "Upstate", "two letters"),
        ("state", "ZZ", "is not a state"),
        ("zip_code", "123", "five digits"),
        ("time_zone", "Mars/Olympus", "is not one of the available choices|not a time zone"),
        ("phone", "call Kim", "area code|ten digits|10"),
        ("fax", "555", "area code|ten digits|10"),
    ],
)
def test_a_wrong_identifier_is_refused_beside_its_field(
    visitor, clinic, opened, field, typed, said
):
    response = visitor.post(change_url(clinic), opened(clinic) | {field: typed, "name": "Kept"})
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field]
    assert any(word in str(errors[field]) for word in said.split("|"))
    assert f'value="{typed}"' in response.content.decode() or field == "time_zone"
    assert Clinic.objects.get(pk=clinic.pk).name == "Lakeview Clinic"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("npi", " 1234567893 ", "1234567893"),
        ("tin", "123456789", "12-3456789"),
        ("state", "New York", "NY"),
        ("zip_code", "122071234", "12207-1234"),
        ("phone", "1 212 555 0142 ext 3", "(212) 555-0142 ext. 3"),
        ("time_zone", "America/Chicago", "America/Chicago"),
    ],
)
def test_an_identifier_is_kept_as_people_write_it(visitor, clinic, opened, field, typed, kept):
    response = visitor.post(change_url(clinic), opened(clinic) | {field: typed})
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert getattr(Clinic.objects.get(pk=clinic.pk), field) == kept


def test_an_old_wrong_code_on_file_does_not_block_another_correction(visitor, clinic, opened):
    Clinic.objects.filter(pk=clinic.pk).update(phone="ask at the desk")
    response = visitor.post(change_url(clinic), opened(clinic) | {"city": "Albany"})
    assert response.status_code == 302
    assert Clinic.objects.get(pk=clinic.pk).city == "Albany"


def test_nobody_is_born_tomorrow(visitor, clinic):
    tomorrow = timezone.localdate() + timedelta(days=2)
    response = visitor.post(
        add_url(Patient),
        {
            "first_name": "Maren",
            "last_name": "Testperson",
            "birth_date": tomorrow.isoformat(),
            **empty_inlines("coverages", "representatives"),
        },
    )
    assert "in the future" in str(response.context["adminform"].form.errors["birth_date"])
    assert not Patient._base_manager.exists()


def test_coverage_that_ends_before_it_begins_is_refused(visitor, clinic, payer):
    patient = Patient._base_manager.create(
        clinic=clinic, first_name="Maren", last_name="Testperson", birth_date=date(1980, 2, 3)
    )
    plan = Plan._base_manager.create(clinic=clinic, payer=payer, name="Choice PPO")
    response = visitor.post(
        add_url(Coverage),
        {
            "patient": patient.pk,
            "plan": plan.pk,
            "order": 1,
            "member_id": "XYZ1",
            "subscriber_relation": "self",
            "effective_from": "2026-05-01",
            "effective_through": "2026-04-01",
        },
    )
    assert "The coverage ends before it begins." in response.content.decode()


# ------------------------------------------------------------------ doubles


def test_a_name_taken_in_this_clinic_is_said_in_words(visitor, payer):
    response = visitor.post(
        add_url(Payer),
        {"name": payer.name, **empty_inlines("phone_lines", "demands")},
    )
    assert "A payer with this name is already on file." in response.content.decode()


def test_a_name_taken_in_another_clinic_is_free_here(visitor, clinic):
    Payer._base_manager.create(clinic=a_clinic(), name="Northfield Health")
    response = visitor.post(
        add_url(Payer),
        {"name": "Northfield Health", **empty_inlines("phone_lines", "demands")},
    )
    assert response.status_code == 302
    assert Payer._base_manager.filter(clinic=clinic).count() == 1


def test_a_double_that_slips_past_the_check_is_still_said_in_words(
    visitor, clinic, payer, monkeypatch
):
    """Two people save the same name at once: the database refuses, and the page says so."""
    late = []
    check = Payer.validate_constraints

    def not_yet_visible(row, exclude=None):
        late.append(row)
        return None if len(late) == 1 else check(row, exclude)

    monkeypatch.setattr(Payer, "validate_constraints", not_yet_visible)
    response = visitor.post(
        add_url(Payer),
        {"name": payer.name, **empty_inlines("phone_lines", "demands")},
    )
    assert response.status_code == 200
    assert "A payer with this name is already on file." in response.content.decode()


def test_the_same_npi_twice_is_said_in_words(visitor, clinic):
    Clinician._base_manager.create(
        clinic=clinic, first_name="Ada", last_name="Test", npi="1234567893"
    )
    response = visitor.post(
        add_url(Clinician),
        {
            "first_name": "Bea",
            "last_name": "Test",
            "npi": "1234567893",
            **empty_inlines("certifications"),
        },
    )
    assert "A clinician with this NPI is already on file." in response.content.decode()


def test_whose_coverage_it_is_cannot_be_changed_once_cases_may_hang_on_it(clinic, visitor, opened):
    case, other = a_case(clinic), a_case(clinic)
    page = visitor.get(change_url(case.coverage)).content.decode()
    assert 'name="patient"' not in page and "Testperson" in page
    sent = opened(case.coverage) | {"patient": [other.patient_id], "group_number": ["G-7"]}
    assert visitor.post(change_url(case.coverage), sent).status_code == 302
    case.coverage.refresh_from_db()
    assert (case.coverage.patient_id, case.coverage.group_number) == (case.patient_id, "G-7")
    assert 'name="patient"' in visitor.get(add_url(Coverage)).content.decode()


def test_a_paper_that_a_payer_wants_is_kept_with_where_it_stands(visitor, payer, opened):
    demand = {
        "demands-TOTAL_FORMS": "1",
        "demands-0-kind": "letter_of_necessity",
        "demands-0-is_hard": "on",
        "demands-0-source": "Manual 2026, page 12",
        "demands-0-checked_on": "2026-09-01",
    }
    late = {**demand, "demands-0-checked_on": "2099-01-01"}
    refused = visitor.post(change_url(payer), opened(payer) | late)
    assert "This day lies ahead" in refused.content.decode()
    assert visitor.post(change_url(payer), opened(payer) | demand).status_code == 302
    kept = PayerDemand._base_manager.get(payer=payer)
    assert (kept.clinic_id, kept.is_hard, kept.source) == (
        payer.clinic_id, True, "Manual 2026, page 12",
    )  # fmt: skip
