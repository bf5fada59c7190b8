"""What is done to the workers: killed, frozen, asked to stop, at random or at one fault point."""

from __future__ import annotations

import os
import random
import signal
import time

from tests.torture.stage import ARMED_LEASE, Stage, Strike

IN_THE_SWEEP = ("F0", "F1", "F10")
ONLY_IN_DOUBT = "F11"
GROWN = 0.1  # seconds: by then a worker has connected and claimed
FROZEN_FOR = ARMED_LEASE + 0.6  # seconds: past every lease of the run


def kills(stage: Stage) -> None:
    """kill -9 at random instants; with `--at`, always at that point."""
    if stage.options.at:
        _kill_at(stage, stage.options.at)
        return
    stage.warm_up()
    stage.plant(min(600, 20 + 8 * stage.options.count))
    stage.sweep()
    killed = rounds = 0
    born: dict[int, float] = {}
    while killed < stage.options.count:
        stage.crew(4)
        time.sleep(stage.random.uniform(0.01, 0.12))
        now = time.monotonic()
        born = {one: born.get(one, now) for one in stage.workers}
        grown = [one for one in sorted(born) if now - born[one] > GROWN]
        if not grown:
            continue  # who has not begun to send cannot lose anything
        os.kill(stage.random.choice(grown), signal.SIGKILL)
        time.sleep(0.001)
        killed += stage.bury()
        if killed % 10 == 0:
            stage.watch_leases()
            rounds += 1
            stage.keep_busy(60, 200, is_swept=rounds % 4 != 0)  # now and then they must sweep too
    stage.done |= {
        "kills": killed,
        "kills_at_random": killed,
        "mails_between_kills": stage.accepted(),
    }
    stage.finish()


def _kill_at(stage: Stage, point: str) -> None:
    def deadly(luck: float) -> Strike:
        chance = random.Random(luck)

        def strike(name: str) -> None:
            if point == ONLY_IN_DOUBT and name == "F7" and chance.random() < 0.2:
                os.kill(os.getpid(), signal.SIGKILL)  # there must be mails in doubt
            if name == point and chance.random() < 0.4:
                _note(stage, point)
                os.kill(os.getpid(), signal.SIGKILL)

        return strike

    in_sweep = point in IN_THE_SWEEP
    stage.plant(20 if in_sweep else min(300, 20 + 10 * stage.options.count))
    rounds = 0
    while stage.strikes() < stage.options.count and rounds < 400 * stage.options.count:
        stage.crew(3, deadly)
        time.sleep(0.02)
        stage.bury()
        rounds += 1
        if rounds % (3 if in_sweep else 20) == 0:
            stage.keep_busy(10 if in_sweep else 40, 10 if in_sweep else 100)
        if rounds % 25 == 0:
            stage.watch_leases()
    stage.done["kills"] = stage.strikes()
    for worker in list(stage.workers):
        stage.end(worker)
    stage.finish()


def freezes(stage: Stage) -> None:
    """SIGSTOP past every lease, then SIGCONT: half at random, half between arming and the dot."""

    def freezing(luck: float) -> Strike:
        chance = random.Random(luck)

        def strike(name: str) -> None:
            if name in ("F2", "F5", "F6") and chance.random() < 0.02:
                _note(stage, name)
                os.kill(os.getpid(), signal.SIGSTOP)

        return strike

    stage.plant(600)
    frozen: dict[int, float] = {}
    thawed = by_hand = 0
    while thawed < stage.options.count:
        stage.crew(10, freezing)
        now = time.monotonic()
        for worker in sorted(stage.workers - set(frozen)):
            if _is_stopped(worker):
                frozen[worker] = now
        if len(frozen) < 5 and stage.random.random() < 0.2:
            victim = stage.random.choice(sorted(stage.workers - set(frozen)))
            os.kill(victim, signal.SIGSTOP)
            frozen[victim] = now
            by_hand += 1
        for worker, since in list(frozen.items()):
            if now - since > FROZEN_FOR:
                del frozen[worker]
                os.kill(worker, signal.SIGCONT)
                thawed += 1
        stage.keep_busy(300, 500)
        time.sleep(0.05)
    for worker in frozen:
        os.kill(worker, signal.SIGCONT)
        thawed += 1
    time.sleep(1.0)  # time enough to do what they must not do
    for worker in list(stage.workers):  # they would freeze again, with nobody to wake them
        stage.end(worker)
    stage.done |= {"freezes": thawed, "at_random": by_hand}
    stage.finish()


def restarts(stage: Stage) -> None:
    """SIGTERM to one worker after the other, as a rolling deploy does: none leaves a doubt."""
    stage.plant(600)
    gone = clean = 0
    while gone < stage.options.count:
        stage.crew(2)
        time.sleep(stage.random.uniform(0.02, 0.12))
        worker = stage.random.choice(sorted(stage.workers))
        os.kill(worker, signal.SIGTERM)
        clean += os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) in (0, -signal.SIGTERM)
        stage.workers.discard(worker)
        gone += 1
        if gone % 10 == 0:
            stage.keep_busy(150, 300)
    from cases.models.outbox import OUTBOX

    stage.finish()
    # A doubt leaves its trace in the row for ever: the copy that it brought, or the hold.
    doubts = sum(model._base_manager.filter(resends__gt=0).count() for model in OUTBOX)
    stage.done |= {"restarts": gone, "ended_by_themselves": clean, "doubts": doubts}


def _note(stage: Stage, point: str) -> None:
    handle = os.open(stage.reached, os.O_WRONLY | os.O_APPEND)
    os.write(handle, f"{point}\n".encode())
    os.close(handle)


def _is_stopped(worker: int) -> bool:
    try:
        with open(f"/proc/{worker}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False
