"""Files are written whole or not at all, and what is read is never written over."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from lpc import storage
from lpc.certificates.storing import Store
from lpc.cli import cli

ROOT = Path(__file__).resolve().parents[2]
TEXT = "variables { A ; a ; b }\nassume I : A _||_ b | a\nclaim : I entail A _||_ b | a\n"


class FullError(OSError):
    def __init__(self):
        super().__init__(28, "No space left on device")


@pytest.fixture
def full_disk(monkeypatch):
    """A disk that takes nothing more: writing begins, and fails before the end."""

    def fail(_):
        raise FullError

    monkeypatch.setattr(storage.os, "fsync", fail)


def run(*arguments):
    return CliRunner().invoke(cli, list(map(str, arguments)))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["fmt", "f.lpc"], "f.lpc"),
        (["check", "f.lpc", "--output-file", "out"], "out"),
        (["report", "f.lpc", "-o", "out.md"], "out.md"),
        (["new", "--force", "out.lpc"], "out.lpc"),
    ],
)
def test_on_a_full_disk_the_old_file_is_there(tmp_path, monkeypatch, full_disk, arguments, name):
    monkeypatch.chdir(tmp_path)
    Path("f.lpc").write_text(TEXT.replace("claim :", "claim   :"), encoding="utf-8")
    if name != "f.lpc":
        Path(name).write_text("old", encoding="utf-8")
    before = Path(name).read_bytes()
    done = run(*arguments)
    assert done.exit_code == 2
    assert f"cannot write {name}: No space left on device" in done.output
    assert Path(name).read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} == {"f.lpc", name}


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


def test_nothing_else_writes_to_the_files_of_a_user():
    """Temporary folders of foreign kernels, and this repository's own README, apart."""
    allowed = {"storage.py", "coverage.py", "checking.py", "coqc.py", "folders.py"}
    writes = re.compile(r"\.write_(text|bytes)\(|\bopen\([^)]*[\"'][wax]")
    found = {
        path.name
        for path in (ROOT / "lpc").rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
