"""Files are written whole or not at all, and what is read is never written over."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from errno import ENOSPC, EROFS
from pathlib import Path

import pytest
from click.testing import CliRunner

from lpc import storage
from lpc.certificates import coverage
from lpc.certificates.storing import STARTS, Store, StoreError
from lpc.cli import cli

ROOT = Path(__file__).resolve().parents[2]
QUANTITY = """\
variables { A in {-1, +1} ; B in {-1, +1} ; a in {0, 1} ; b in {0, 1} ; λ }
assume SI : λ ⊥ a, b
define Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define Q := E(0, 0) + E(0, 1)
"""
TEXT = "variables { A ; a ; b }\nassume I : A _||_ b | a\nclaim : I entail A _||_ b | a\n"


def run(*arguments):
    return CliRunner().invoke(cli, list(map(str, arguments)))


# Every command that writes one file, what it writes, and what stands for a lack of room.
WRITERS = [
    (["fmt", "f.lpc"], "f.lpc"),
    (["check", "f.lpc", "--output-file", "out"], "out"),
    (["report", "f.lpc", "-o", "out.md"], "out.md"),
    (["report", "f.lpc", "-o", "out.html"], "out.html"),
    (["report", "f.lpc", "-o", "out.tex"], "out.tex"),
    (["diagram", "g.lpc", "-o", "out.svg"], "out.svg"),
    (["diagram", "g.lpc", "-o", "out.tex"], "out.tex"),
    (["diagram", "g.lpc", "-o", "out.pdf"], "out.pdf"),
    (["relax", "q.lpc", "Q", "--assumption", "SI", "-o", "out.svg"], "out.svg"),
    (["new", "--force", "out.lpc"], "out.lpc"),
    (["certify", "f.lpc", "-o", "."], "f/001-claim.json"),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the files that `WRITERS` read."""
    monkeypatch.chdir(tmp_path)
    Path("f.lpc").write_text(TEXT.replace("claim :", "claim   :"), encoding="utf-8")
    Path("g.lpc").write_text("causal { a -> A }\nvariables { A ; a }\n", encoding="utf-8")
    Path("q.lpc").write_text(QUANTITY, encoding="utf-8")
    return tmp_path


def prepare(name: str) -> bytes:
    """The file that is there before."""
    if name.endswith(".pdf"):
        pytest.importorskip("cairosvg")
    if name == "f/001-claim.json":
        assert run("certify", "f.lpc", "-o", ".").exit_code == 0
    elif name != "f.lpc":
        Path(name).write_text("old", encoding="utf-8")
    return Path(name).read_bytes()


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("arguments", "name"), WRITERS, ids=lambda a: a if isinstance(a, str) else a[0]
)
@pytest.mark.parametrize("lack", ["full", "small", "read-only"])
def test_where_there_is_no_room_the_old_file_is_there(place, monkeypatch, arguments, name, lack):
    before = prepare(name)
    there = everything(place)
    reason = "File too large"
    if lack == "full":
        monkeypatch.setattr(storage.os, "fsync", fail(ENOSPC))
        reason = "No space left on device"
    elif lack == "read-only":
        real = os.open
        refuse = fail(EROFS)
        monkeypatch.setattr(
            storage.os, "open", lambda p, f, *m: refuse() if f & os.O_CREAT else real(p, f, *m)
        )
        reason = "Read-only file system"
    with largest_file(8) if lack == "small" else nullcontext():
        done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert f"cannot write {name}: {reason}" in done.output
    assert Path(name).read_bytes() == before
    assert everything(place) == there


def fail(number: int):
    def failing(*_):
        raise OSError(number, os.strerror(number))

    return failing


@contextmanager
def largest_file(size: int):
    """Nothing writes a longer file, as on a disk that is nearly full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# A stand-in for lpc that is told to end when what it writes is there, but not in its place.
ENDED = """
import os, signal, sys
from lpc import storage
number = int(sys.argv[1])
def at_once(*_):
    os.kill(os.getpid(), number)
    raise RuntimeError("it lives on")
storage.os.replace = at_once
from lpc.cli import main
sys.argv = ["lpc", *sys.argv[2:]]
main()
"""


@pytest.mark.parametrize(
    ("arguments", "name"), WRITERS, ids=lambda a: a if isinstance(a, str) else a[0]
)
def test_told_to_end_before_the_rename(place, arguments, name):
    before = prepare(name)
    there = everything(place)
    number = signal.SIGINT if name.startswith("out") else signal.SIGTERM
    done = subprocess.run(
        [sys.executable, "-c", ENDED, str(int(number)), *arguments],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 128 + number, done.stderr
    assert Path(name).read_bytes() == before
    assert everything(place) == there


def test_a_folder_that_may_not_be_written(place):
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        pytest.skip("whoever is root may write everywhere")
    before = prepare("f.lpc")
    place.chmod(0o500)
    try:
        done = run("fmt", "f.lpc")
    finally:
        place.chmod(0o700)
    assert "cannot write f.lpc: Permission denied" in done.output
    assert Path("f.lpc").read_bytes() == before


def test_an_interrupt_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "x"
    target.write_bytes(b"old")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(storage.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        storage.replace(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "f.lpc", "--output-file", "f.lpc"],
        ["check", ".", "--output-file", "./f.lpc"],
        ["check", "f.lpc", "--output-file", "hard"],
        ["report", "f.md", "-o", "f.md"],
        ["diagram", "f.tex", "-o", "f.tex"],
        ["relax", "f.tex", "S", "--assumption", "SI", "-o", "f.tex"],
    ],
)
def test_what_is_read_is_not_written_over(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    for name in ("f.lpc", "f.md", "f.tex"):
        Path(name).write_text(TEXT, encoding="utf-8")
    os.link("f.lpc", "hard")
    done = run(*arguments)
    assert done.exit_code == 2
    assert "is what is read" in done.output
    assert all(Path(n).read_text(encoding="utf-8") == TEXT for n in ("f.lpc", "f.md", "f.tex"))


def test_links_are_followed_and_permissions_kept(tmp_path):
    target, link = tmp_path / "x", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    storage.replace(link, b"new")
    assert link.is_symlink()
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o640)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        storage.replace(tmp_path, b"new")


def test_an_empty_leftover_does_not_block_certificates(tmp_path):
    folder = Store(tmp_path).put("f.lpc", [("001-claim.json", b'{\n"schema": "lpc.')])
    (folder / "001-claim.json").write_bytes(b"")
    again = Store(tmp_path).put("f.lpc", [("001-claim.json", b"new")])
    assert (again / "001-claim.json").read_bytes() == b"new"


HEADS = sorted(STARTS.items())


@pytest.mark.parametrize(("ending", "start"), HEADS)
def test_only_what_opens_as_ours_may_be_replaced(tmp_path, ending, start):
    folder = tmp_path / "f"
    folder.mkdir()
    file = folder / f"001-claim{ending}"
    for head in (start[:k] for k in range(1, len(start))):
        for stranger in (head, head + b"#" + start, b"#" + head):
            file.write_bytes(stranger)
            with pytest.raises(StoreError, match="it is no certificate of ours"):
                Store(tmp_path).put("f.lpc", [(file.name, b"new")])
            Store(tmp_path).put("f.lpc", [])
            assert file.read_bytes() == stranger
    for ours in (start, start + b"more", b""):
        file.write_bytes(ours)
        Store(tmp_path).put("f.lpc", [(file.name, b"new")])
        assert file.read_bytes() == b"new"


def test_certificates_of_before_go_last(tmp_path, monkeypatch):
    ours = STARTS[".json"]
    folder = Store(tmp_path).put("f.lpc", [("001-claim.json", ours), ("002-claim.json", ours)])
    monkeypatch.setattr(storage.os, "fsync", fail(ENOSPC))
    with pytest.raises(StoreError, match="No space left"):
        Store(tmp_path).put("f.lpc", [("001-claim.json", ours + b"more")])
    assert everything(folder) == {"001-claim.json", "002-claim.json"}


def test_a_part_that_a_killed_process_left_goes(tmp_path):
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / storage.PART.replace("*", "123")).write_bytes(b"half")
    (folder / "mine").write_bytes(b"mine")
    Store(tmp_path).put("f.lpc", [("001-claim.json", b"new")])
    assert everything(folder) == {"001-claim.json", "mine"}


# Each process waits for the other, then writes another set of certificates again and again.
AT_ONCE = """
import sys, time
from pathlib import Path
from lpc.certificates.storing import STARTS, Store
me, other = sys.argv[1:]
Path(me).touch()
while not Path(other).exists():
    time.sleep(0.001)
files = []
for k in range(0 if me == "one" else 3, 6 if me == "one" else 9):
    for ending, start in STARTS.items():
        files.append((f"{k:03}-claim{ending}", start + me.encode() * 20_000))
for _ in range(8):
    Store(Path("out")).put("f.lpc", files)
"""


def test_two_processes_write_one_folder(tmp_path):
    names = ("one", "two")
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, me, other], cwd=tmp_path, stderr=subprocess.PIPE
        )
        for me, other in (names, names[::-1])
    ]
    told = [run.communicate()[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    written = [path.read_bytes() for path in (tmp_path / "out/f").iterdir()]
    assert len(written) == 18  # of one of the two, and nothing else
    (last,) = {data[-3:] for data in written}
    assert set(written) == {start + last * 20_000 for start in STARTS.values()}


def test_two_commands_certify_one_file(tmp_path):
    (tmp_path / "f.lpc").write_text(TEXT, encoding="utf-8")
    command = [sys.executable, "-m", "lpc", "certify", "f.lpc", "-o", "out"]
    more = (["--metamath"], [])
    runs = [
        subprocess.Popen(
            [*command, *m], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for m in more
    ]
    told = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    assert {path.suffix for path in (tmp_path / "out/f").iterdir()} <= {".json", ".mm"}
    assert run("verify", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "f.lpc", "-o", "d.html/"],
        ["check", "f.lpc", "--output-file", "d.html/"],
        ["diagram", "g.lpc", "-o", "d.svg/"],
        ["relax", "q.lpc", "Q", "--assumption", "SI", "-o", "d.svg/"],
        ["new", "d.lpc/"],
    ],
    ids=lambda a: a[0],
)
@pytest.mark.parametrize("is_there", [False, True])
def test_a_slash_at_the_end_is_a_folder(place, arguments, is_there):
    if is_there:
        Path(arguments[-1]).mkdir()
    there = everything(place)
    done = run(*arguments)
    assert done.exit_code == 2
    assert "folder" in done.output or "directory" in done.output
    assert everything(place) == there


def test_a_pipe_is_written_to(tmp_path):
    (tmp_path / "f.lpc").write_text(TEXT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "lpc", "check", "f.lpc", "--output-file", "/dev/stdout"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "comes out as stated" in done.stdout


def test_the_table_of_the_readme_is_written_whole(tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text(f"a\n{coverage.START}\n{coverage.END}\nb\n", encoding="utf-8")
    before = page.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "fsync", fail(ENOSPC))
        with pytest.raises(OSError, match="No space"):
            coverage.main([str(page)])
    assert page.read_bytes() == before
    coverage.main([str(page)])
    assert coverage.table() in page.read_text(encoding="utf-8")


WRITES = {"write_text", "write_bytes", "touch", "rename", "mkstemp", "NamedTemporaryFile"}
MODE = re.compile(r"[rbtU]*[wax+][rwxabt+]*")
OF_OS = {"open", "fdopen", "replace", "rename", "renames", "link", "symlink", "truncate", "mkfifo"}

ALLOWED = {
    "lpc/storage.py": "it is what all others write with",
    "lpc/certificates/coqc.py": "in a temporary folder of its own, for Coq",
    "lpc/certificates/metamath/checking.py": "in a temporary folder of its own, for Metamath",
    "lpc/certificates/metamath/folders.py": "in a temporary folder of its own, for Metamath",
    "lpc/cli.py": "the null device, in the place of a stream that takes nothing more",
    "lpc/commands/common.py": "the null device, in the place of a stream that takes nothing more",
}


def writes(source: str) -> list[str]:
    """The calls in a source text that may write to a file."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        base, _, name = called.rpartition(".")
        words = [a.value for a in (*node.args, *(k.value for k in node.keywords))
                 if isinstance(a, ast.Constant) and isinstance(a.value, str)]  # fmt: skip
        opens = name == "open" and any(MODE.fullmatch(word) for word in words)
        if name in WRITES or opens or base == "shutil" or (base == "os" and name in OF_OS):
            found.append(called)
    return found


@pytest.mark.parametrize(
    "source",
    [
        "Path(p).write_text('x')",
        "open(p, 'w')",
        "open(p, mode='ab')",
        "p.open('r+')",
        "os.open(p, flags)",
        "shutil.copy(p, q)",
        "os.replace(p, q)",
        "tempfile.NamedTemporaryFile()",
    ],
)
def test_a_writer_is_seen(source):
    assert writes(source)


def test_nothing_else_writes_to_the_files_of_a_user():
    assert not [w for s in ("open(p)", "p.open('rb')", "text.replace('a', 'w')") for w in writes(s)]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "lpc").rglob("*.py")
        if writes(path.read_text(encoding="utf-8"))
    }
    assert found == set(ALLOWED)
