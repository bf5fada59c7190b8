"""What no file of the repository may hold."""

from __future__ import annotations

import re

import pytest

from tests.house.tracked import texts

MACHINE_PATHS = re.compile(
    r"(?<![\w.:/-])/(?:"
    + "|".join(["work/", "root/", "home/(?!\\*)\\w+/", "opt/(?:pypi|wheels)", "tmp/(?:plan|venv)"])
    + r")"
)
REGISTRY_HOSTS = re.compile(
    r"pypi\.(?:org|python\.org)|files\.python" + r"hosted|registry\.np" + r"mjs|deb\.deb" + r"ian",
    re.IGNORECASE,
)
OUTSIDE_ASSET = re.compile(
    r"""(?ix)
    (?:src|srcset|data-src|poster)\s*=\s*["']?\s*(?:https?:)?//      # <script src="https://...
    | <link\b[^>]*href\s*=\s*["']?\s*(?:https?:)?//                # <link href="//...
    | url\(\s*["']?\s*(?:https?:)?//                              # url(https://...
    | @import\s+["'](?:https?:)?//
    | (?:fetch|import|importScripts|new\ WebSocket)\(\s*["'](?:https?|wss?):// # script
    """
)


def hits(pattern: re.Pattern[str], *, only: tuple[str, ...] = ()) -> list[str]:
    """`file:line` of every match; `only` limits the endings of file names."""
    found = []
    for name, text in texts():
        if only and not name.endswith(only):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    return found


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert hits(MACHINE_PATHS) == []


def test_no_file_names_a_package_registry() -> None:
    found = [hit for hit in hits(REGISTRY_HOSTS) if not hit.startswith("tests/house/test_files.py")]
    assert found == []


def test_no_page_loads_anything_from_outside() -> None:
    assert hits(OUTSIDE_ASSET, only=(".html", ".css", ".js", ".svg", ".txt.html")) == []


@pytest.mark.parametrize(
    ("pattern", "planted"),
    [
        (MACHINE_PATHS, "see " + "/wo" + "rk/main/x"),
        (MACHINE_PATHS, 'open("' + "/ro" + 'ot/.cache")'),
        (REGISTRY_HOSTS, "--index-url https://py" + "pi.org/simple"),
        (OUTSIDE_ASSET, '<script src="https://cdn.example/x.js"></script>'),
        (OUTSIDE_ASSET, "<link rel=stylesheet href=//cdn.example/x.css>"),
        (OUTSIDE_ASSET, "background: url('http://cdn.example/x.png')"),
    ],
)
def test_the_search_finds_what_is_planted(pattern: re.Pattern[str], planted: str) -> None:
    assert pattern.search(planted)


@pytest.mark.parametrize(
    "harmless",
    ['<a href="https://www.ecfr.gov/current">', "url(/static/x.png)", '<img src="/static/x.png">'],
)
def test_links_for_people_and_own_assets_are_no_outside_assets(harmless: str) -> None:
    assert not OUTSIDE_ASSET.search(harmless)


def test_every_text_file_ends_with_a_line_break_and_has_no_conflict_mark() -> None:
    wrong = [
        name
        for name, text in texts()
        if text
        and name.endswith((".py", ".md", ".toml", ".html", ".css", ".js", ".yml", ".sh", ".txt"))
        and (not text.endswith("\n") or "\n<<<<<<< " in text or "\n>>>>>>> " in text)
    ]
    assert wrong == []


def test_every_folder_of_tests_is_a_package_so_that_equal_names_do_not_collide() -> None:
    folders = {name.rpartition("/")[0] for name, _ in texts() if re.match(r"tests/.*\.py$", name)}
    present = {name for name, _ in texts()}
    assert [folder for folder in sorted(folders) if f"{folder}/__init__.py" not in present] == []
