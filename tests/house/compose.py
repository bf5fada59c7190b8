"""docker-compose.yml read as a container engine reads it, and its commands started as processes.

Only what a container would give is replaced: the names `postgres` and `redis` by real servers of
the tests, /data by a folder, the port inside the container by a free one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.house.tracked import ROOT

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:?[-?])(?P<rest>[^}]*))?\}|\$\$")


class MissingVariable(Exception):
    """A `${NAME:?...}` that the environment does not give."""


def interpolate(text: str, env: dict[str, str]) -> str:
    """Put variables in as compose does: ${A}, ${A:-default}, ${A:?what to do}."""

    def value(match: re.Match[str]) -> str:
        name, how, rest = match["name"], match["how"], match["rest"]
        if name is None:
            return "$"
        found = env.get(name, "")
        if found:
            return found
        if how and how.endswith("?"):
            raise MissingVariable(f"{name}: {rest}")
        return rest or ""

    return _VARIABLE.sub(value, text)


def read(env: dict[str, str]) -> dict[str, Any]:
    """The compose file with variables put in and anchors merged."""

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, list):
            return [walk(value) for value in node]
        return interpolate(node, env) if isinstance(node, str) else node

    found: dict[str, Any] = walk(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))
    return found


class Service:
    """One service of the file, run as a process of this machine."""

    def __init__(self, name: str, spec: dict[str, Any], changes: dict[str, str], log: Path) -> None:
        self.name = name
        self.command: list[str] = spec["command"]
        self.healthcheck: list[str] = spec.get("healthcheck", {}).get("test", [])
        written = {key: str(value) for key, value in spec.get("environment", {}).items()}
        for old, new in changes.items():
            written = {key: value.replace(old, new) for key, value in written.items()}
        here = str(Path(sys.executable).parent)
        self.env = {"PATH": f"{here}:{os.environ['PATH']}", **written}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, command: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the service's command, or another one in its environment, to its end."""
        return subprocess.run(
            command or self.command,
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self) -> None:
        """Start the service's command in the background."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log
            )

    def is_healthy(self) -> bool:
        """Whether the service's own health check succeeds."""
        assert self.healthcheck[0] == "CMD"
        return self.run(self.healthcheck[1:]).returncode == 0

    def kill(self) -> None:
        """End it at once, whatever it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self, seconds: float) -> int:
        """Ask it to end, as compose does; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=seconds)
