"""Whether this process can serve: for load balancers and container health checks."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cases.queries.heartbeats import silence_of
from cases.queries.sending_mark import pause
from cases.workflow.heartbeats import BEAT, WORKER

LONGEST_SILENCE = timedelta(minutes=3)


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not. No sign-in, and no detail either way.

    `sending` says whether worker and beat showed life in the last three minutes, or `paused` when
    it waits for a person to let it go. The answer is 200 all the same: a dead worker is no reason
    to take the web server out of service.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        now = timezone.now()
        is_paused = pause() is not None
        silences = [silence_of(part, now) for part in (WORKER, BEAT)]
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503)
    is_alive = all(one is not None and one <= LONGEST_SILENCE for one in silences)
    word = "paused" if is_paused else "at work" if is_alive else "stale"
    return JsonResponse({"status": "ok", "sending": word})
