"""Many planners at once on the same deadlines: each key is written once."""

from __future__ import annotations

import os

from tests.torture.stage import Stage

PROCESSES = 16


def planners(stage: Stage) -> None:
    """Sixteen processes sweep the same deadlines at the same instant."""
    from django.db import connections

    from cases.models import Reminder

    stage.plant(stage.options.count)
    connections.close_all()
    gate, opener = os.pipe()
    children = []
    for _ in range(PROCESSES):
        child = os.fork()
        if child == 0:
            os.close(opener)
            os.read(gate, 1)  # all are let go at once, when the other end is closed
            os._exit(_plan())
        children.append(child)
    os.close(gate)
    os.close(opener)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    rows = Reminder._base_manager.count()
    stage.done |= {"planners": PROCESSES, "faults": sum(code != 0 for code in codes)}
    stage.done["rows_planned"] = rows
    stage.finish()


def _plan() -> int:
    from django.utils import timezone

    from cases.workflow.sweeping import sweep

    try:
        sweep(timezone.now())
    except Exception as error:
        print(f"planner: {type(error).__name__}: {error}")
        return 1
    return 0
