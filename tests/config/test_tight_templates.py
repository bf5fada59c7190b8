"""Templates lose their indentation when they are loaded, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from config.tight_templates import tightened


def test_lines_lose_the_blanks_at_their_ends_and_stay_lines() -> None:
    written = '\n  <p>\n    one\n    <b>two</b>  three \n\n\n  </p>\n<a x-data="{\n  a: 1 }">'
    assert tightened(written) == '\n<p>\none\n<b>two</b>  three\n</p>\n<a x-data="{\na: 1 }">'


def test_a_line_of_conditions_alone_leaves_no_line_behind() -> None:
    written = "one\n{% if a %}\n  {% for b in c %}{# d #}\n two\n{% endfor %}\n{% endif %}\nthree"
    shorter = "one\n{% if a %}{% for b in c %}{# d #}two\n{% endfor %}{% endif %}three"
    assert tightened(written) == shorter


@pytest.mark.parametrize(
    "written",
    [
        "{% if a %}\none\n{% endif %}",  # it may be included in the middle of a line
        "one\n{{ two }}\nthree",
        "one\n{% include 'two' %}\nthree",
        "one\n{% block two %}\nthree\n{% endblock %}\nfour",
        "one {% if a %}\ntwo{% endif %}\nthree",
    ],
)
def test_what_parts_words_stays(written: str) -> None:
    assert tightened(written) == written


@pytest.mark.parametrize("name", ["pre", "textarea"])
def test_a_template_in_which_blanks_count_keeps_them(name: str) -> None:
    written = f"<{name} class='a'>\n  one\n    two</{name}>"
    assert tightened(written) == written


def test_a_plain_text_mail_keeps_its_blanks(settings, tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text("one\n\n  two\n")
    (tmp_path / "page.html").write_text("one\n\n  two\n")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    assert engines["django"].get_template("mail.txt").render() == "one\n\n  two\n"
    assert engines["django"].get_template("page.html").render() == "one\ntwo\n"


def test_the_skins_own_templates_are_tight() -> None:
    template = get_template("unfold/layouts/skeleton.html").template  # type: ignore[attr-defined]
    assert "<body" in template.source
    assert not re.search(r"\n[ \t]", template.source)
