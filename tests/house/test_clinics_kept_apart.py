"""Another clinic's row answers as one that does not exist: in every admin page, for every model.

The probes are made from what is registered and from the addresses that resolve, so a new model and
a new page are covered the day they are added.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scopes_disabled

from cases.admin.base import ClinicBound, ScopedModelAdmin
from cases.desk.reports import REPORTS
from cases.models import Clinic, Deadline, Membership, Patient, Payer, PriorAuthRequest, StaffMember
from cases.models.base import ClinicOwned
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.terms import Role, Standing
from tests.house.conftest import TwoClinics
from tests.house.html_forms import form_in, forms_that_choose_rows
from tests.house.two_clinics import OURS, THEIRS, Side, owned_models

pytestmark = pytest.mark.django_db

REGISTERED = sorted(admin.site._registry.items(), key=lambda pair: pair[0].__name__)
MODELS = [pytest.param(model, id=model.__name__) for model, _ in REGISTERED]
ABSENT = 990077
ABSENT_UUID = uuid.UUID("00000000-0000-4000-8000-000000990077")
ABSENT_NUMBER = "PA-00000000"
A_RULE = next(iter(shipped_rulebook())).id


# ------------------------------------------------------------------ two answers, compared


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[None]:
    """Pages tell the time: two that are compared are looked at in the same moment."""
    with time_machine.travel(datetime(2026, 3, 3, 16, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def owner(two: TwoClinics) -> Client:
    """The browser of our owner, who has every permission our clinic can give."""
    return browser_of(two.ours.people[Role.OWNER])


def browser_of(person: StaffMember) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def answer(response: Any, *stand_ins: object) -> tuple[Any, ...]:
    """What a visitor can tell of an answer, with keys and tokens taken out."""
    return (
        response.status_code,
        neutral(response.headers.get("Location", ""), *stand_ins),
        neutral(response.content.decode(errors="replace"), *stand_ins),
        sorted(name for name in response.headers if name != "Content-Length"),
        neutral(str(response.cookies.get("messages", "")), *stand_ins),
    )


def neutral(text: str, *stand_ins: object) -> str:
    for thing in stand_ins:
        text = text.replace(str(thing), "#")
    text = re.sub(r'(name="[a-z_-]*token"[^>]* value=")[^"]*', r"\1#", text)
    return re.sub(r"Content-Length: \d+", "", text)


def shows_nothing_of_theirs(response: Any) -> None:
    said = response.content.decode(errors="replace") + str(response.headers)
    assert THEIRS.lower() not in said.lower()


def alike(theirs: Any, absent: Any, their_key: object, absent_key: object) -> None:
    shows_nothing_of_theirs(theirs)
    assert theirs.status_code != 500
    assert answer(theirs, their_key) == answer(absent, absent_key)


def their_key(two: TwoClinics, model: type[models.Model]) -> Any:
    if model is Clinic:
        return two.theirs.clinic.pk
    if model is StaffMember:
        return two.theirs.people[Role.BILLER].pk
    return two.theirs.row(model).pk


def our_key(two: TwoClinics, model: type[models.Model]) -> Any:
    if model is Clinic:
        return two.ours.clinic.pk
    if model is StaffMember:
        return two.ours.people[Role.BILLER].pk
    return two.ours.row(model).pk


def absent_key(model: type[models.Model]) -> Any:
    return ABSENT_UUID if isinstance(model._meta.pk, models.UUIDField) else ABSENT


def page(model: type[models.Model], view: str, *args: Any) -> str:
    return reverse(f"admin:cases_{model._meta.model_name}_{view}", args=args)


# ------------------------------------------------------------------ what must be so of the code


def test_every_model_of_a_clinic_refuses_to_be_read_outside_a_scope():
    from django_scopes import ScopeError

    open_ones = []
    for model in owned_models():
        try:
            model._default_manager.all().exists()
            open_ones.append(model.__name__)
        except ScopeError:
            pass
    assert open_ones == []


def test_every_model_of_the_app_belongs_to_a_clinic_or_is_known_not_to():
    from django.apps import apps

    shared = {
        model.__name__
        for model in apps.get_app_config("cases").get_models()
        if not issubclass(model, ClinicOwned)
    }
    # M2M tables hold two keys of rows of one clinic.
    assert {name for name in shared if "_" not in name} == {
        "Clinic",
        "StaffMember",
        "Heartbeat",
        "SendingMark",
    }


def test_every_registered_admin_and_inline_is_bound_to_one_clinic():
    for model, model_admin in REGISTERED:
        assert isinstance(model_admin, ScopedModelAdmin), model
        for inline in model_admin.inlines:
            assert issubclass(inline, ClinicBound), inline


def test_a_stock_model_admin_cannot_be_registered():
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match="ScopedModelAdmin"):
        admin.site.register(StaffMember, admin.ModelAdmin)


# ------------------------------------------------------------------ one object's pages


@pytest.mark.parametrize("model", MODELS)
def test_their_object_answers_as_an_absent_one(two: TwoClinics, owner: Client, model: Any):
    theirs, absent = their_key(two, model), absent_key(model)
    for view in ("change", "delete", "history"):
        for send, data in ((owner.get, {}), (owner.post, {"post": "yes"})):
            alike(
                send(page(model, view, theirs), data, follow=True),
                send(page(model, view, absent), data, follow=True),
                theirs,
                absent,
            )
    with scopes_disabled():
        assert model._base_manager.filter(pk=theirs).exists()


@pytest.mark.parametrize("model", MODELS)
def test_no_page_of_ours_names_anything_of_theirs(two: TwoClinics, owner: Client, model: Any):
    ours = our_key(two, model)
    seen = 0
    for address in (
        page(model, "changelist"),
        page(model, "add"),
        page(model, "change", ours),
        page(model, "delete", ours),
        page(model, "history", ours),
    ):
        response = owner.get(address)
        assert response.status_code in (200, 302, 403), address
        shows_nothing_of_theirs(response)
        seen += OURS in response.content.decode()
    assert seen, "none of these pages shows our own row: the probe would see no leak either"


# ------------------------------------------------------------------ lists


def narrowings(two: TwoClinics, model: type[models.Model]) -> Iterator[tuple[str, Any, Any]]:
    """Every way of narrowing a list by something of theirs: parameter, their value, absent one."""
    yield "q", THEIRS, "Nonesuch123"
    for one in model._meta.get_fields():
        if not isinstance(one, models.Field):
            continue
        if one.is_relation and one.related_model is not None:
            target = one.related_model
            if issubclass(target, ClinicOwned | Clinic | StaffMember):
                theirs, absent = their_key(two, target), absent_key(target)
                for way in ("", "__exact", "__id__exact", "__in"):
                    yield f"{one.name}{way}", theirs, absent
                for path in texts_of(target):
                    yield f"{one.name}__{path}__startswith", THEIRS, "Nonesuch12"
        elif isinstance(one, models.CharField | models.TextField):
            yield f"{one.name}__startswith", THEIRS, "Nonesuch12"
    for option in admin.site._registry[model].list_filter:
        kind = option[1] if isinstance(option, tuple) else option
        if isinstance(kind, type) and hasattr(kind, "parameter_name"):
            person = two.theirs.people[Role.BILLER].pk
            yield kind.parameter_name, person, ABSENT


def texts_of(model: type[models.Model]) -> list[str]:
    return [one.name for one in model._meta.concrete_fields if isinstance(one, models.CharField)]


@pytest.mark.parametrize("model", MODELS)
def test_no_narrowing_of_a_list_tells_of_theirs(two: TwoClinics, owner: Client, model: Any):
    address = page(model, "changelist")
    for parameter, theirs, absent in narrowings(two, model):
        got = owner.get(address, {parameter: theirs}, follow=True)
        wanted = owner.get(address, {parameter: absent}, follow=True)
        said = got.content.decode().replace(str(theirs), "#")
        assert THEIRS.lower() not in said.lower(), parameter
        assert got.status_code == wanted.status_code, parameter
        assert neutral(said) == neutral(wanted.content.decode(), absent), parameter


@pytest.mark.parametrize("model", MODELS)
def test_odd_list_parameters_never_break_the_page(two: TwoClinics, owner: Client, model: Any):
    for query in ("o=99.-3", "all=", "p=-1", "p=999999", "e=1", "_to_field=clinic", "q=%00", "x=1"):
        response = owner.get(f"{page(model, 'changelist')}?{query}", follow=True)
        assert response.status_code in (200, 400), query
        shows_nothing_of_theirs(response)


@pytest.mark.parametrize("model", MODELS)
def test_no_action_reaches_theirs(two: TwoClinics, owner: Client, model: Any):
    theirs, absent = their_key(two, model), absent_key(model)
    actions = ["delete_selected", *(admin.site._registry[model].actions or [])]
    for action, across in itertools.product(actions, ("0", "1")):
        name = action if isinstance(action, str) else action.__name__
        data = {"action": name, "select_across": across, "index": "0", "post": "yes"}
        if across == "1" and name == "delete_selected":
            data.pop("post")  # look at what would go; ours are kept for the comparison
        address = page(model, "changelist")
        alike(
            owner.post(address, {**data, "_selected_action": [theirs]}, follow=True),
            owner.post(address, {**data, "_selected_action": [absent]}, follow=True),
            theirs,
            absent,
        )
    with scopes_disabled():
        assert model._base_manager.filter(pk=theirs).exists()


# ------------------------------------------------------------------ boxes


def boxes() -> Iterator[Any]:
    """Every foreign key of every form: model, inline or none, field."""
    for model, model_admin in REGISTERED:
        for part in (model_admin, *(kind(model, admin.site) for kind in model_admin.inlines)):
            for name in part.autocomplete_fields:
                yield pytest.param(part.model, name, id=f"{type(part).__name__}-{name}")


@pytest.mark.parametrize(("model", "name"), list(boxes()))
def test_no_box_that_searches_offers_theirs(two: TwoClinics, owner: Client, model: Any, name: str):
    asked = {"app_label": "cases", "model_name": model._meta.model_name, "field_name": name}
    address = reverse("admin:autocomplete")
    everything = owner.get(address, {**asked, "term": ""})
    assert OURS in everything.content.decode()
    for term in ("", THEIRS, THEIRS.lower()):
        for number in range(1, 4):
            response = owner.get(address, {**asked, "term": term, "page": number})
            shows_nothing_of_theirs(response)
    assert owner.get(address, {**asked, "term": THEIRS}).json()["results"] == []


def test_a_box_of_a_model_that_one_may_not_see_is_refused(two: TwoClinics):
    biller = browser_of(two.ours.people[Role.BILLER])
    asked = {"app_label": "cases", "model_name": "clinician", "field_name": "staff", "term": ""}
    assert biller.get(reverse("admin:autocomplete"), asked).status_code == 403


def sent_from(client: Client, address: str, model: type[models.Model]) -> dict[str, list[str]]:
    response = client.get(address)
    assert response.status_code == 200, address
    return form_in(response.content.decode(), f"{model._meta.model_name}_form")


def keys_in(form: dict[str, list[str]], model: type[models.Model]) -> list[tuple[str, Any]]:
    """The form's fields that choose a row: the form's own and those of its inlines."""
    model_admin = admin.site._registry[model]
    found = [(one.name, one.related_model) for one in model._meta.fields if one.is_relation]
    for inline in model_admin.inlines:
        prefix = (
            inline.model._meta.get_field(
                next(
                    one.name
                    for one in inline.model._meta.fields
                    if one.is_relation and one.related_model is model
                )
            ).remote_field.get_accessor_name()
            or f"{inline.model._meta.model_name}_set"
        )
        for one in inline.model._meta.fields:
            if one.is_relation:
                found.append((f"{prefix}-0-{one.name}", one.related_model))
    return [(name, target) for name, target in found if name in form]


EDITABLE = [
    pytest.param(model, id=model.__name__)
    for model, model_admin in REGISTERED
    if not model_admin.is_looked_at_only
]


@pytest.mark.parametrize("view", ["add", "change"])
@pytest.mark.parametrize("model", EDITABLE)
def test_no_form_accepts_a_key_of_theirs(two: TwoClinics, owner: Client, model: Any, view: str):
    address = page(model, "add") if view == "add" else page(model, "change", our_key(two, model))
    if owner.get(address).status_code == 403:
        pytest.skip("not even an owner may open this form")
    form = sent_from(owner, address, model)
    before = everything_in(model)
    for name, target in keys_in(form, model):
        if target not in {Clinic, StaffMember} and not issubclass(target, ClinicOwned):
            continue
        theirs, absent = their_key(two, target), absent_key(target)
        got = owner.post(address, {**form, name: [theirs]})
        wanted = owner.post(address, {**form, name: [absent]})
        assert got.status_code == 200, f"{name} was accepted"
        alike(got, wanted, theirs, absent)
    assert everything_in(model) == before


def everything_in(model: type[models.Model]) -> list[Any]:
    with scopes_disabled():
        return list(model._base_manager.order_by("pk").values())


@pytest.mark.parametrize("model", EDITABLE)
def test_no_inline_reaches_a_row_of_theirs(two: TwoClinics, owner: Client, model: Any):
    model_admin = admin.site._registry[model]
    address = page(model, "change", our_key(two, model))
    form = sent_from(owner, address, model)
    for inline in model_admin.inlines:
        pk = inline.model._meta.pk.name
        for name in [name for name in form if re.fullmatch(rf".+-\d+-{pk}", name)]:
            theirs, absent = two.theirs.row(inline.model).pk, absent_key(inline.model)
            before = everything_in(inline.model)
            for extra in ({}, {name.replace(f"-{pk}", "-DELETE"): ["on"]}):
                # The made-up case's clocks are computed at the first save; only then are two alike.
                owner.post(address, {**form, **extra, name: [absent]}, follow=True)
                got = owner.post(address, {**form, **extra, name: [theirs]}, follow=True)
                wanted = owner.post(address, {**form, **extra, name: [absent]}, follow=True)
                alike(got, wanted, theirs, absent)
            assert everything_in(inline.model) == before


@pytest.mark.parametrize("model", EDITABLE)
def test_a_form_opened_for_their_clinic_is_refused(two: TwoClinics, owner: Client, model: Any):
    """The hidden field says whose clinic it was: one that is not theirs to write in is refused."""
    before = everything_in(model)
    got = owner.post(page(model, "add"), {"_clinic": two.theirs.clinic.pk})
    wanted = owner.post(page(model, "add"), {"_clinic": ABSENT})
    assert got.status_code == 403
    alike(got, wanted, two.theirs.clinic.pk, ABSENT)
    assert everything_in(model) == before


def test_view_on_site_is_gone(two: TwoClinics, owner: Client):
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(PriorAuthRequest)
    assert owner.get(f"/admin/r/{kind.pk}/{two.ours.row(PriorAuthRequest).pk}/").status_code == 404


# ------------------------------------------------------------------ every other address

KNOWN_ELSEWHERE = {"uidb64", "token"}  # a password's link: tied to a person, to no clinic


def addresses(resolver: URLResolver | None = None, names: str = "") -> Iterator[tuple[str, set]]:
    """Every named address with parameters outside the admin: its name and their names."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace == "admin":
                continue
            inner = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from addresses(entry, inner)
        elif isinstance(entry, URLPattern) and entry.pattern.converters:
            yield f"{names}{entry.name}", set(entry.pattern.converters)


ADDRESSES = [
    pytest.param(name, parameters, id=name)
    for name, parameters in addresses()
    if not parameters <= KNOWN_ELSEWHERE
]


def key_choices(side: Side, parameter: str) -> list[Any]:
    """What a parameter may mean on this side, by its name: rows of a model, of any, or a step."""
    if parameter == "step":
        return steps()
    if parameter == "rule":  # of the rulebook, which all clinics share; see the test of its page
        return [A_RULE]
    if parameter == "report":  # of the product; see the test of what they count
        return list(REPORTS)
    keys = {model._meta.model_name: side.row(model).pk for model in owned_models()}
    named = keys.get(parameter) or keys.get(f"case{parameter}")
    if named is not None:
        return [named]
    assert parameter in {"pk", "id"}, f"teach this test what <{parameter}> in an address means"
    return [key for key in keys.values() if isinstance(key, int)]


def steps() -> list[str]:
    from cases.desk.steps import PAGES

    return [page.slug for page in PAGES]


@pytest.mark.parametrize(("name", "parameters"), ADDRESSES)
def test_every_address_answers_for_theirs_as_for_an_absent_one(
    two: TwoClinics, owner: Client, name: str, parameters: set[str]
):
    for got, wanted in pairs_of_addresses(two, name, parameters):
        for send in (owner.get, owner.post):
            theirs = send(reverse(name, kwargs=got), follow=True)
            absent = send(reverse(name, kwargs=wanted), follow=True)
            shows_nothing_of_theirs(theirs)
            assert theirs.status_code != 500, got
            assert answer(theirs, *got.values()) == answer(absent, *wanted.values()), got


@pytest.mark.parametrize("report", list(REPORTS))
def test_no_report_counts_or_names_anything_of_theirs(two: TwoClinics, owner: Client, report: str):
    address = reverse("desk:report", args=[report])
    span = {"first": "2024-01-01", "last": "2027-12-31"}
    for kind in ({}, {"as": "csv"}):
        shows_nothing_of_theirs(owner.get(address, {**span, **kind}))
    got = owner.get(address, {**span, "payer": their_key(two, Payer)})
    wanted = owner.get(address, {**span, "payer": ABSENT})
    alike(got, wanted, their_key(two, Payer), ABSENT)


def test_the_page_of_a_rule_lists_no_case_of_theirs(two: TwoClinics, owner: Client):
    with scopes_disabled():
        for side in (two.ours, two.theirs):
            case = Deadline._base_manager.filter(clinic=side.clinic)
            case.update(rule=A_RULE, standing=Standing.RUNNING)
    response = owner.get(reverse("desk:rule", args=[A_RULE]))
    shows_nothing_of_theirs(response)
    said = response.content.decode()
    assert two.ours.row(PriorAuthRequest).number in said
    assert two.theirs.row(PriorAuthRequest).number not in said


def pairs_of_addresses(
    two: TwoClinics, name: str, parameters: set[str]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Arguments that lead to something of theirs, beside the same that lead nowhere.

    Their case; and our own case with a key of theirs after it.
    """
    ours, theirs = (side.row(PriorAuthRequest).number for side in (two.ours, two.theirs))
    numbers = [(theirs, ABSENT_NUMBER), (ours, ours)] if "number" in parameters else [(None, None)]
    free = parameters - {"number"}
    assert len(free) < 2, f"teach this test to pair the {free} of {name}"
    for theirs_number, absent_number in numbers:
        one = {"number": theirs_number} if theirs_number else {}
        other = {"number": absent_number} if absent_number else {}
        if not free and one != other:
            yield one, other
        for parameter in free:
            for key in key_choices(two.theirs, parameter):
                if isinstance(key, int | uuid.UUID):
                    absent = ABSENT if isinstance(key, int) else ABSENT_UUID
                    yield {**one, parameter: key}, {**other, parameter: absent}
                elif one != other:
                    yield {**one, parameter: key}, {**other, parameter: key}


def bare_addresses(resolver: URLResolver | None = None, names: str = "") -> Iterator[str]:
    """Every named address without parameters outside the admin."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace != "admin":
            inner = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from bare_addresses(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name and not entry.pattern.converters:
            yield f"{names}{entry.name}"


LEAVES = {"accounts:switch"}  # probed in tests/cases/test_access.py
WORDS, NUMBERS = ("q", "term", "s", "name", "of"), ("q", "term", "s", "number", "case")
KEYS = {"patient": Patient, "payer": Payer, "assigned_to": StaffMember, "of": PriorAuthRequest}


@pytest.mark.parametrize("name", sorted(set(bare_addresses()) - LEAVES))
def test_no_page_without_parameters_tells_of_theirs(two: TwoClinics, owner: Client, name: str):
    """As it is; asked for their words; and asked for their keys."""
    address = reverse(name)
    shows_nothing_of_theirs(owner.get(address, follow=True))
    their_number = two.theirs.row(PriorAuthRequest).number
    asked: list[tuple[str, Any, Any]] = [
        *((query, THEIRS, "Nonesuch12") for query in WORDS),
        *((query, their_number, ABSENT_NUMBER) for query in NUMBERS),
        *((query, their_key(two, model), ABSENT) for query, model in KEYS.items()),
    ]
    for query, theirs, absent in asked:
        got = owner.get(address, {query: theirs}, follow=True)
        wanted = owner.get(address, {query: absent}, follow=True)
        assert got.status_code != 500, query
        assert answer(got, theirs) == answer(wanted, absent), query
    for query in ("q", "term", "s"):
        got = owner.post(address, {query: THEIRS}, follow=True)
        wanted = owner.post(address, {query: "Nonesuch12"}, follow=True)
        assert got.status_code != 500, query
        assert answer(got, THEIRS) == answer(wanted, "Nonesuch12"), query


def acting_pages(two: TwoClinics) -> Iterator[str]:
    """Every page where something is recorded: each step of our own case, a new case, a new call."""
    number = two.ours.row(PriorAuthRequest).number
    yield from (reverse("desk:step", args=[number, step]) for step in steps())
    yield from (reverse(name) for name in set(bare_addresses()) if name.startswith("desk:new"))


def test_no_step_offers_or_accepts_a_key_of_theirs(two: TwoClinics, owner: Client):
    chose = 0
    kinds = [model for model in owned_models() if isinstance(model._meta.pk, models.BigAutoField)]
    kinds += [StaffMember, Clinic]
    for address in acting_pages(two):
        response = owner.get(address)
        assert response.status_code != 500, address
        shows_nothing_of_theirs(response)
        for form, offered in forms_that_choose_rows(response.content.decode()):
            for name, values in offered.items():
                chose += 1
                for key in keys_of_theirs(two, kinds, values):
                    got = owner.post(address, {**form, name: [key]})
                    assert got.status_code != 500, (address, name)
                    shows_nothing_of_theirs(got)
    assert chose > 3, "no field that chooses a row was found: the probe has gone blind"
    assert rows_of_ours_that_point_at_theirs(two) == []


def keys_of_theirs(two: TwoClinics, kinds: list[Any], ours: list[str]) -> set[Any]:
    """Their keys of the models whose rows a field offers; of all models where that cannot be told.

    Every key of the made-up clinics stands for one row alone, so a value tells its model.
    """
    with scopes_disabled():
        offered = [
            model for model in kinds if model._base_manager.filter(pk__in=_numbers(ours)).exists()
        ]
    return {their_key(two, model) for model in offered or kinds}


def _numbers(values: list[str]) -> list[str]:
    return [value for value in values if value.isdecimal() and int(value) > 1000]


def rows_of_ours_that_point_at_theirs(two: TwoClinics) -> list[str]:
    crossed = []
    for model in owned_models():
        for one in model._meta.concrete_fields:
            target = one.related_model
            if isinstance(target, type) and issubclass(target, ClinicOwned):
                foreign = {"clinic": two.ours.clinic, f"{one.name}__clinic": two.theirs.clinic}
                if model._base_manager.filter(**foreign).exists():
                    crossed.append(f"{model.__name__}.{one.name}")
    strangers = two.theirs.people.values()
    if PriorAuthRequest._base_manager.filter(
        clinic=two.ours.clinic, assigned_to__in=strangers
    ).exists():
        crossed.append("PriorAuthRequest.assigned_to")
    return crossed


# ------------------------------------------------------------------ people who left


@pytest.mark.parametrize("model", MODELS)
def test_whoever_was_taken_out_sees_nothing_of_the_clinic(two: TwoClinics, model: Any):
    person = two.ours.people[Role.LEAD]
    client = browser_of(person)
    assert client.get(page(model, "changelist")).status_code in (200, 403)
    with scopes_disabled():
        Membership.objects.filter(staff=person).update(is_active=False)
    for address in (
        page(model, "changelist"),
        page(model, "add"),
        page(model, "change", our_key(two, model)),
        page(model, "change", absent_key(model)),
        page(model, "delete", our_key(two, model)),
        page(model, "history", our_key(two, model)),
    ):
        response = client.get(address)
        assert response.status_code == 403
        assert b"You belong to no clinic here" in response.content
        said = response.content.decode().replace(person.email, "").replace(person.username, "")
        assert OURS.lower() not in said.lower()
