"""Which ICD-10-CM sets are on file, which one lacks today, and how the owner loads it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.page import render_page
from cases.queries.code_sets import icd10_sets, set_not_on_file
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.codes.icd10cm_order_file import fiscal_year_name
from priorauth.terms import Role


@require_safe
def code_sets(request: DeskRequest) -> HttpResponse:
    """The sets on file, the newest first. Nothing is changed here: a file is loaded by command."""
    today = local_date(timezone.now(), times.zone_of(request.clinic))
    sets = [
        {
            "name": each.name,
            "first": say_day(each.valid_from),
            "last": say_day(each.valid_through),
            "is_now": each.covers(today),
        }
        for each in reversed(icd10_sets().tables())
    ]
    lacks = set_not_on_file(today)
    wanted = (lacks or fiscal_year_name(today)).removeprefix("FY")
    context = {
        "sets": sets,
        "lacks": lacks,
        "today": say_day(today),
        "command": f"python manage.py load_icd10cm icd10cm_order_{wanted}.txt",
        "is_owner": request.role == Role.OWNER,
    }
    return render_page(request, "desk/code_sets.html", context, title="Diagnosis codes on file")
