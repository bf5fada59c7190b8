"""Make a virtual environment on a bare machine and fill it from hashed requirement files.

    python3 tools/bootstrap.py VENV REQUIREMENTS...

Standard library only: it runs before anything is installed. Uses uv when it is there, pip when it
is not; as root on Debian or Ubuntu it installs python3-venv by itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

LOWEST = (3, 11)
NEWER_FIRST = ("python3.13", "python3.12", "python3.11")
# The files name everything that is needed, so nothing is left to resolve. Older pips otherwise
# look for newer releases of a package that is asked for with an extra, and then refuse them.
FROM_LOCK = ("--require-hashes", "--no-deps")
NO_VENV = """This Python cannot make virtual environments. On Debian or Ubuntu, run:
    sudo apt install python3-venv
and then the same make command again."""


def run(*command: str, **options: object) -> int:
    """The exit code of a command."""
    return subprocess.run(command, **options).returncode  # type: ignore[call-overload,no-any-return]


def quietly(*command: str) -> bool:
    """Whether a command succeeds; what it says is thrown away."""
    try:
        return run(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:  # no such program
        return False


def can_make_pip() -> bool:
    """Whether this Python can put pip into a new environment."""
    return quietly(sys.executable, "-c", "import ensurepip, venv")


def install_venv_module() -> None:
    """On Debian and Ubuntu, as root: install what `python3 -m venv` needs."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("python3-venv is missing: installing it with apt-get", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=env)
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv")
    run(*install, env=env, stdout=subprocess.DEVNULL)


def main(venv: str, requirements: list[str]) -> int:
    """Make `venv` when it is not there and install `requirements`; returns an exit code."""
    python = os.path.join(venv, "Scripts" if os.name == "nt" else "bin", "python")
    files = [part for name in requirements for part in ("-r", name)]
    if shutil.which("uv"):
        if not quietly(python, "--version"):
            run("uv", "venv", "-q", "--clear", "--python", sys.executable, venv)
        return run("uv", "pip", "install", "-q", "--python", python, *FROM_LOCK, *files)
    if not quietly(python, "-m", "pip", "--version"):
        if not can_make_pip():
            install_venv_module()
        if can_make_pip():
            run(sys.executable, "-m", "venv", "--clear", venv)
        elif quietly(sys.executable, "-m", "pip", "--version"):
            # pip but no ensurepip: an environment without pip, filled from outside
            run(sys.executable, "-m", "venv", "--without-pip", "--clear", venv)
            outside = (sys.executable, "-m", "pip", "--python", python)
            return run(*outside, "install", "-q", *FROM_LOCK, *files)
        else:
            print(NO_VENV, file=sys.stderr)
            return 2
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    return run(*pip, *FROM_LOCK, *files)


if __name__ == "__main__":
    if sys.version_info < LOWEST:
        for name in NEWER_FIRST:
            if shutil.which(name):
                os.execvp(name, [name, *sys.argv])
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
