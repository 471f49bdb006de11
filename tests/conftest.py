"""What several test files share: the root of the checkout and the real command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from certified import SHARED
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Timings on a shared machine say nothing.
settings.register_profile("lpc", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lpc")

# The data of our own tests is not collected by our own plugin.
collect_ignore_glob = ["*.lpc"]

PATIENCE = 3600
"""Seconds after which a command that hangs is given up; nothing is asserted of time."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_configure(config: pytest.Config) -> None:
    """Give the processes of a run a folder to share; the first one makes it and removes it."""
    if SHARED in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="lpc-tests-")
    os.environ[SHARED] = folder

    def remove() -> None:
        os.environ.pop(SHARED, None)
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(remove)


def command() -> list[str]:
    """The installed `lpc`, or its entry point where the package is only on the path."""
    script = Path(sysconfig.get_path("scripts")) / "lpc"
    if script.exists():
        return [str(script)]
    return [sys.executable, "-c", "from lpc.cli import main; main()"]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def run_lpc() -> Run:
    """Call the command line as a user does, from the top folder: `run_lpc("check", path)`."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(ROOT), environment.get("PYTHONPATH", "")])
        )
        return subprocess.run(
            [*command(), *map(str, arguments)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            timeout=PATIENCE,
            check=False,
        )

    return run
