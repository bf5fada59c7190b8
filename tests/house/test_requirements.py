"""The locks: every package pinned and hashed, no word of where it comes from."""

from __future__ import annotations

import re

import pytest

from tests.house.tracked import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    """Package to its pinned versions (more than one where Python versions differ)."""
    found: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / name).read_text()):
        found.setdefault(package, set()).add(version)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert len(packages) > 30
    bare = [
        entry.splitlines()[0]
        for entry in packages
        if not PIN.match(entry) or "--hash=sha256:" not in entry
    ]
    assert bare == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_of_an_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    assert (
        re.findall(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host|file:", text)
        == []
    )


def test_development_runs_on_the_very_versions_of_the_product() -> None:
    product, development = (pins(name) for name in LOCKS)
    assert {name: development.get(name) for name in product} == product


@pytest.mark.parametrize("name", ("requirements", "requirements-dev"))
def test_every_package_asked_for_is_in_the_lock(name: str) -> None:
    asked = re.findall(r"^([a-z][a-z0-9-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    assert asked
    assert [package for package in asked if package not in pins(f"{name}.txt")] == []


def test_tools_for_tests_stay_out_of_the_product() -> None:
    assert {"pytest", "mypy", "playwright", "simple-icd-10-cm"} & set(
        pins("requirements.txt")
    ) == set()
