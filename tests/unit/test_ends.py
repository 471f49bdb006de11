"""How runs end: interrupted, told to end, with a worker killed, with nowhere to write to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from lpc.cli import cli

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
    line = re.sub(r"\blpc (?=check|fmt|explain|certify)", f"'{sys.executable}' -m lpc ", text)
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
        ("lpc check f.lpc > /dev/full 2> /dev/full", ""),
        ("lpc check f.lpc >&- 2>&-", ""),
        ("lpc explain E999 2> /dev/full", ""),
        ("lpc explain E999 2>&-", ""),
        ("lpc check --no-such-option 2> /dev/full", ""),
        ("lpc fmt 2> /dev/full", ""),
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
    assert "Traceback" not in done.stdout + done.stderr


def test_without_a_place_for_messages(tmp_path):
    files(tmp_path, "f.lpc")
    assert shell(tmp_path, "lpc check f.lpc 2>&-").returncode == 0
    assert shell(tmp_path, "lpc check missing.lpc 2>&-").returncode == 2


def test_a_pipe_that_is_written_to_is_read(tmp_path):
    files(tmp_path, "f.lpc")
    done = shell(tmp_path, "cat f.lpc | lpc check /dev/stdin")
    assert (done.returncode, done.stderr) == (0, "")


def test_full_messages_do_not_matter_where_there_are_none(tmp_path):
    files(tmp_path, "f.lpc")
    assert shell(tmp_path, "lpc check f.lpc 2> /dev/full").returncode == 0


# Every command that reads a file; F stands for it.
READERS = [
    ["check", "F"],
    ["fmt", "F"],
    ["fmt", "--check", "F"],
    ["explain", "F", "d:1"],
    ["suggest", "F", "d:1"],
    ["independence", "F"],
    ["bound", "F", "S"],
    ["relax", "F", "S", "--assumption", "I"],
    ["report", "F", "-o", "out.md"],
    ["diagram", "F"],
    ["certify", "F", "-o", "out"],
    ["verify", "F"],
    ["verify", ".", "--source", "F"],
]


@pytest.fixture
def strange(tmp_path, monkeypatch):
    """A folder, a pipe that nobody writes to, and a socket."""
    monkeypatch.chdir(tmp_path)
    Path("folder.lpc").mkdir()
    if not hasattr(os, "mkfifo") or not hasattr(socket, "AF_UNIX"):
        pytest.skip("no pipes or sockets among files")
    os.mkfifo("pipe.lpc")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.lpc")
        yield tmp_path


@contextmanager
def patience():
    """Ends what waits for ever."""

    def over(*_):
        pytest.fail("it waits for ever")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket"])
@pytest.mark.parametrize("arguments", READERS, ids=lambda a: "-".join(a).replace(".", ""))
def test_what_is_no_file_is_told(strange, arguments, kind):
    words = [f"{kind}.lpc" if word == "F" else word for word in arguments]
    with patience():
        done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, SystemExit)
    # NB: to `verify` it is one certificate among others, which is refused.
    assert done.exit_code == 2 or (words[0] == "verify" and done.exit_code == 1)
    assert f"{kind}.lpc" in done.output


@pytest.mark.skipif(sys.platform == "darwin", reason="names of files are UTF-8 there")
@pytest.mark.parametrize(
    "line",
    [
        "check -j 2 --output-format sarif caf*.lpc g.lpc",
        "check caf*.lpc missing*.lpc",
        "certify caf*.lpc -o out",
        "fmt caf*.lpc",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_names_that_are_not_utf_8(tmp_path, line, encoding):
    files(tmp_path, "caf\udce9.lpc", "g.lpc")
    (tmp_path / "caf\udce9.lpc").write_text(GOOD.replace(" :", "  :"), encoding="utf-8")
    done = shell(tmp_path, f"export PYTHONIOENCODING={encoding}; lpc {line}")
    assert done.returncode == (2 if "missing" in line else 0), done.stderr
    assert "caf\\udce9" in done.stdout or "caf%E9" in done.stdout or "sarif" in line
    assert done.stderr == ""
