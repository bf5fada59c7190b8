"""Every code system answers the same four questions, and its examples hold."""

import doctest
import importlib
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.errors import InvalidCode

SYSTEMS = [
    "cpt",
    "hcpcs",
    "procedure",
    "icd10cm",
    "npi",
    "ein",
    "place_of_service",
    "modifiers",
    "ndc",
    "taxonomy",
    "phone",
    "state",
]
OTHERS = ["infusion", "diagnoses", "denial_reasons", "tables"]


def _module(name):
    return importlib.import_module(f"priorauth.codes.{name}")


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_has_the_four_verbs_and_says_what_it_is(name):
    module = _module(name)
    for verb in ("compact", "validate", "is_valid", "format"):
        assert inspect.isfunction(getattr(module, verb)), verb
        assert getattr(module, verb).__doc__
    assert len(module.__doc__.strip().splitlines()) >= 3


@pytest.mark.parametrize("name", SYSTEMS + OTHERS)
def test_the_examples_of_a_module_hold(name):
    result = doctest.testmod(_module(name))
    assert result.failed == 0


@pytest.mark.parametrize("name", SYSTEMS)
@given(text=st.text(max_size=20))
def test_only_an_invalid_code_is_ever_raised(name, text):
    module = _module(name)
    try:
        code = module.validate(text)
    except InvalidCode as refusal:
        assert not module.is_valid(text)
        assert str(refusal)
    else:
        assert module.is_valid(text)
        assert module.validate(code) == code
        assert module.compact(module.format(text)) == code
