"""The supervisor keeps processes running and leaves none behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cases.management import supervise
from tests.services import wait_until

pytestmark = pytest.mark.once

SLEEPER = "import os, time; open({mark!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER

Start = Callable[..., "subprocess.Popen[str]"]


def pids(mark: Path) -> list[int]:
    """The processes that wrote their number, in order of their start."""
    return [int(line) for line in mark.read_text().split()] if mark.exists() else []


def is_alive(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    with suppress(OSError):
        os.kill(pid, 0)
        if not Path("/proc/self/stat").exists():
            return True  # a system that cannot tell a zombie
        # It may end between the two looks: then there is no such file, and it is not alive.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor over Python programs and cleans up whatever the test left."""
    started: list[subprocess.Popen[str]] = []
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)

    def run(**programs: str) -> subprocess.Popen[str]:
        named = [
            f"{name}={json.dumps([sys.executable, '-c', program])}"
            for name, program in programs.items()
        ]
        process = subprocess.Popen(
            [sys.executable, supervise.__file__, str(lock), *named],
            pass_fds=(lock,),
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()
    for mark in tmp_path.glob("*.pids"):
        for pid in pids(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    os.close(lock)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_every_way_to_stop_ends_all_children(
    start: Start, tmp_path: Path, how: signal.Signals
) -> None:
    marks = [tmp_path / "a.pids", tmp_path / "b.pids"]
    process = start(**{f"p{n}": SLEEPER.format(mark=str(mark)) for n, mark in enumerate(marks)})
    wait_until(lambda: all(pids(mark) for mark in marks), "both children to start")
    process.send_signal(how)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 0
    assert "Stopped. All data is kept." in said
    assert not any(is_alive(pid) for mark in marks for pid in pids(mark))


def test_a_child_that_does_not_want_to_stop_is_ended(start: Start, tmp_path: Path) -> None:
    mark = tmp_path / "a.pids"
    process = start(web=STUBBORN.format(mark=str(mark)))
    wait_until(lambda: bool(pids(mark)), "the child to start")
    process.terminate()
    process.communicate(timeout=60)
    assert not is_alive(pids(mark)[0])


def test_a_child_that_ends_is_started_again_and_the_others_stay(
    start: Start, tmp_path: Path
) -> None:
    worker, web = tmp_path / "worker.pids", tmp_path / "web.pids"
    process = start(
        worker=SLEEPER.format(mark=str(worker)),
        web=SLEEPER.format(mark=str(web)),
    )
    wait_until(lambda: bool(pids(worker)) and bool(pids(web)), "both children to start")
    os.kill(pids(worker)[0], signal.SIGKILL)
    wait_until(lambda: len(pids(worker)) == 2, "the worker to be started again")
    assert is_alive(pids(worker)[1])
    assert len(pids(web)) == 1 and is_alive(pids(web)[0])
    process.terminate()
    assert "worker ended with -9; starting it again in 1 s" in process.communicate(timeout=30)[1]


def test_a_child_that_keeps_ending_is_started_less_and_less_often() -> None:
    lock = os.open(os.devnull, os.O_RDONLY)
    child = supervise.Child("worker", [sys.executable, "-c", "raise SystemExit(3)"], lock)
    waits, now = [], 0.0
    for _ in range(7):
        child.look(now)
        assert child.process is not None
        child.process.wait(timeout=30)
        child.look(now)
        assert child.process is None
        waits.append(child.start_at - now)
        now = child.start_at
    os.close(lock)
    assert waits == [1, 2, 4, 8, 16, 30, 30]


def test_a_child_that_ran_steadily_starts_again_soon() -> None:
    lock = os.open(os.devnull, os.O_RDONLY)
    child = supervise.Child("worker", [sys.executable, "-c", ""], lock)
    child.wait = 30
    child.look(100.0)
    assert child.process is not None
    child.process.wait(timeout=30)
    child.look(100.0 + supervise.STEADY_AFTER + 1)
    os.close(lock)
    assert child.start_at == 100.0 + supervise.STEADY_AFTER + 1 + 1


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does this on Linux only")
def test_children_end_when_the_supervisor_is_killed(start: Start, tmp_path: Path) -> None:
    mark = tmp_path / "a.pids"
    process = start(web=SLEEPER.format(mark=str(mark)))
    wait_until(lambda: bool(pids(mark)), "the child to start")
    process.kill()
    process.wait()
    wait_until(lambda: not is_alive(pids(mark)[0]), "the orphan to end")
