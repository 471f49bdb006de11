"""How runs end: interrupted, told to end, with a worker killed, with nowhere to write to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "lpc"]
GOOD = "variables { A ; a ; b }\nassume I : A _||_ b | a\nclaim : I entail A _||_ b | a\n"
PATIENCE = 1800
"""Seconds after which a run that hangs is given up; nothing is asserted of time."""

# A stand-in for lpc whose check of one file takes for ever, or kills its own process.
SLOW = """
import os, signal, sys, time
import lpc.commands.check as module
real = module._check_file
def check_file(path, timeout, say=None):
    if path.endswith("slow.lpc"):
        open("started", "w").close()
        time.sleep(1000)
    if path.endswith("killed.lpc"):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(path, timeout)
check_file.__module__, check_file.__qualname__ = module.__name__, "_check_file"
module._check_file = check_file
from lpc.cli import main
sys.argv = ["lpc", *sys.argv[1:]]
main()
"""


def files(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).write_text(GOOD, encoding="utf-8")
    return list(names)


def until(condition):
    for _ in range(PATIENCE * 20):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it never came")


def below(pid: int) -> list[int]:
    """The processes that a process has started."""
    done = subprocess.run(
        ["ps", "--no-headers", "-o", "pid", "--ppid", str(pid)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [int(word) for word in done.stdout.split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # NB: a process that has ended but that nobody has waited for is no worker any more.
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_ended_leaves_nobody_behind(tmp_path, number, status, jobs):
    names = files(tmp_path, "slow.lpc", "other.lpc")
    run = subprocess.Popen(
        [sys.executable, "-c", SLOW, "check", "-j", str(jobs), *names],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until((tmp_path / "started").exists)
        workers = below(run.pid)
        assert bool(workers) == (jobs > 1)
        run.send_signal(number)
        assert run.wait(PATIENCE) == status
        until(lambda: not any(map(is_alive, workers)))
    finally:
        run.kill()


def test_a_killed_worker_costs_its_file_only(tmp_path):
    names = files(tmp_path, "a.lpc", "killed.lpc", "z.lpc")
    done = subprocess.run(
        [sys.executable, "-c", SLOW, "check", "-j", "2", *names],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "the process that checked the file was killed" in done.stdout
    assert done.stdout.count("the one step or claim comes out as stated") == 2


def shell(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    line = re.sub(r"\blpc (?=check|fmt)", f"'{sys.executable}' -m lpc ", text)
    return subprocess.run(
        line, shell=True, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lpc check f.lpc >&-", "standard output is closed"),
        ("lpc check f.lpc > /dev/full", "cannot write to standard output: No space left"),
        ("mkfifo x.lpc; lpc check x.lpc", "it is a pipe"),
        ("mkfifo y.lpc; lpc fmt y.lpc", "it is a pipe"),
    ],
)
def test_a_message_and_never_a_bug(tmp_path, line, said):
    if "/dev/full" in line and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    files(tmp_path, "f.lpc")
    done = shell(tmp_path, line)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "a bug in lpc" not in done.stdout + done.stderr


def test_without_a_place_for_messages(tmp_path):
    files(tmp_path, "f.lpc")
    assert shell(tmp_path, "lpc check f.lpc 2>&-").returncode == 0
    assert shell(tmp_path, "lpc check missing.lpc 2>&-").returncode == 2


def test_a_pipe_that_is_written_to_is_read(tmp_path):
    files(tmp_path, "f.lpc")
    done = shell(tmp_path, "cat f.lpc | lpc check /dev/stdin")
    assert (done.returncode, done.stderr) == (0, "")
