"""Management commands explain themselves."""

from __future__ import annotations

import pytest
from django.core.management import get_commands, load_command_class

OURS = sorted(name for name, app in get_commands().items() if app == "cases")


def test_the_commands_are_found() -> None:
    assert {"up", "healthcheck"} <= set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_a_command_says_what_it_does_and_what_each_option_is_for(name: str) -> None:
    command = load_command_class("cases", name)
    assert len(command.help) >= 30
    actions = command.create_parser("manage.py", name)._actions
    assert [action.dest for action in actions if not action.help] == []
