"""One case from intake to a payer's question, told in the environment of a service.

    python -m tests.house.compose_story

Prints the case number, then name, password and mail address of the person it is assigned to. The
question is to be answered today, so its reminder is due at once.
"""

from __future__ import annotations

import os
import random
import secrets

import django


def tell() -> tuple[str, ...]:
    """Write the case; its number, and the assigned person's name, password and address."""
    from django.db import transaction
    from django.utils import timezone
    from django_scopes import scopes_disabled

    from cases.demo.cast import make_cast
    from cases.demo.stories import Teller
    from cases.workflow import information_requests

    with transaction.atomic(), scopes_disabled():
        now = timezone.now()
        teller = Teller(make_cast("compose"), now, random.Random(7))
        request = teller.submitted(teller.at(6))
        asked_at = teller.at(3)
        information_requests.record_request(
            teller.actor(asked_at),
            request,
            received=teller.moment(asked_at),
            asked_for="Scale scores and doses of the failed trials.",
            answer_by=teller.moment(now).on,
        )
        person = request.assigned_to
        assert person is not None
        password = secrets.token_urlsafe(16)
        person.set_password(password)
        person.save()
    return request.number, person.username, password, person.email


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(*tell())
