"""What is done to the servers: PostgreSQL crashes, Redis is emptied, mail servers misbehave."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.services import ThrowawayRedis
from tests.torture.stage import Stage

PGTEST = str(Path(__file__).resolve().parents[2] / "tools" / "pgtest.sh")


def crashes(stage: Stage) -> None:
    """`pg_ctl stop -m immediate` under load, started again each time; fsync is on."""
    from django.db import Error, connections

    stage.plant(600)
    for _ in range(stage.options.count):
        stage.crew(3)
        time.sleep(stage.random.uniform(0.3, 0.9))
        connections.close_all()
        pgtest("crash", stage.options.cluster)
        time.sleep(stage.random.uniform(0.0, 0.3))
        pgtest("start", stage.options.cluster)
        stage.bury()
        for _ in range(50):
            try:
                stage.keep_busy(150, 300)
                break
            except Error:
                connections.close_all()
                time.sleep(0.1)
    stage.done["crashes"] = stage.options.count
    stage.finish()


def pgtest(verb: str, folder: str) -> str:
    """tools/pgtest.sh on a server of the run's own."""
    done = subprocess.run([PGTEST, verb, folder], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def flushes(stage: Stage) -> None:
    """Two beats, two Celery workers, and a Redis that is emptied again and again; once it dies."""
    redis = ThrowawayRedis(stage.folder)
    redis.start()
    env = {**os.environ, "REDIS_URL": redis.url}
    celery = [sys.executable, "-m", "celery", "-q", "-A", "config"]
    quiet = ["--without-gossip", "--without-mingle", "-l", "critical"]
    commands = [[*celery, "worker", "-P", "solo", "-n", f"w{n}", *quiet] for n in (1, 2)]
    commands += [
        [*celery, "beat", "-s", str(stage.folder / f"beat{n}"), "--pidfile=", "-l", "critical"]
        for n in (1, 2)
    ]
    crew = [subprocess.Popen(one, env=env, stderr=subprocess.DEVNULL) for one in commands]
    try:
        stage.plant(50)
        _until(lambda: any(stage.mails.glob("*.eml")), "a first mail by Celery", 90)
        for number in range(stage.options.count):
            stage.plant(20)
            time.sleep(stage.random.uniform(0.1, 0.5))
            if number == stage.options.count // 2:
                redis.stop()
                time.sleep(2)
                redis.start()  # empty: nothing of it is kept on disk
            _flush(redis)
            for place, process in enumerate(crew):
                if process.poll() is not None:  # whoever runs them starts them again
                    crew[place] = subprocess.Popen(
                        commands[place], env=env, stderr=subprocess.DEVNULL
                    )
        _until(lambda: not stage.left(), "everything to be sent by Celery", 120)
    finally:
        for process in crew:
            process.kill()
            process.wait()
        redis.stop()
    stage.done["flushes"] = stage.options.count


def misbehaviour(stage: Stage) -> None:
    """A mail server that first says 4xx, or never answers, or loses its answer, or always 5xx."""
    stage.plant(stage.options.count)
    stage.finish(size=12)
    stage.done["mode"] = stage.options.mode


def _flush(redis: ThrowawayRedis) -> None:
    with socket.create_connection(("127.0.0.1", redis.port), 5) as line:
        line.sendall(b"FLUSHALL\r\n")
        assert line.recv(16).startswith(b"+OK")


def _until(is_so, what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(0.2)
