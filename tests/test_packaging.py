"""What a user installs: the wheel, the two commands of the README, and no path of a machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def commands_of_readme() -> list[str]:
    """The shell blocks of the README, each as one string."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [block.strip() for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    out = tmp_path_factory.mktemp("dist")
    for name in ("lpc", "grammars"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A new environment with the wheel in it; what lpc depends on is borrowed from this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-index", wheel],
        check=True,
        capture_output=True,
    )
    (site,) = home.glob("lib/python*/site-packages")
    # A path file in an appended folder is not followed, so an editable lpc here stays out of reach.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def run(home: Path, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [home / "bin" / arguments[0], *arguments[1:]],
        cwd=cwd,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_wheel_holds_grammar_types_and_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert names.count("lpc/grammars/lpc.lark") == 1
    assert "lpc/py.typed" in names
    assert "lpc/certificates/schema.json" in names
    templates = {p.name for p in (ROOT / "lpc" / "report" / "templates").iterdir()}
    assert {f"lpc/report/templates/{name}" for name in templates} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "proofs/"))]


def test_wheel_checks_a_file_from_another_folder(installed, tmp_path):
    shutil.copy(ROOT / "proofs" / "bell1990.lpc", tmp_path / "mine.lpc")
    where = run(installed, "python", "-c", "import lpc; print(lpc.__file__)", cwd=tmp_path)
    assert str(installed) in where.stdout
    result = run(installed, "lpc", "check", "mine.lpc", cwd=tmp_path)
    assert result.stderr == ""
    assert result.returncode == 0
    assert "Eq. 14" in result.stdout
    result = run(installed, "lpc", "report", "mine.lpc", "-o", "mine.html", cwd=tmp_path)
    said = "mine.html written: all 22 steps and claims come out as stated\n"
    assert (result.returncode, result.stdout, result.stderr) == (0, said, "")
    assert "Eq. 14" in (tmp_path / "mine.html").read_text(encoding="utf-8")


def test_wheel_brings_its_lexer_to_pygments(installed, tmp_path):
    (tmp_path / "mine.lpc").write_text("title x", encoding="utf-8")
    pygmentize = ("python", "-m", "pygments")
    named = run(installed, *pygmentize, "-N", "mine.lpc", cwd=tmp_path)
    assert named.stdout.strip() == "local-causality"
    shown = run(installed, *pygmentize, "-f", "raw", "mine.lpc", cwd=tmp_path)
    assert shown.stdout.splitlines()[0] == "Token.Keyword.Declaration\t'title'"


def test_version_is_stated_once(installed, tmp_path):
    code = "import lpc, importlib.metadata as m; print(lpc.__version__ == m.version('lpc'))"
    assert run(installed, "python", "-c", code, cwd=tmp_path).stdout.strip() == "True"


def test_readme_has_its_two_commands_and_ci_runs_the_second():
    check, test = commands_of_readme()[:2]
    assert "\n" not in check
    assert "\n" not in test
    assert check.endswith("lpc check proofs/bell1990.lpc")
    assert "pytest" in test
    assert test in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_ci_also_checks_style_and_types():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    for tool in ("ruff check", "ruff format --check", "mypy --strict"):
        assert any(line.endswith(tool) for line in lines)


def test_no_tracked_file_holds_a_path_of_a_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    # Folders that only a particular machine has; written apart so that this file does not match.
    patterns = [rf"/{name}/\w" for name in ("home", "root", "work", "Users", "tmp")]
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [
            f"{name}: {m[0]}" for p in patterns for m in re.finditer(rf"(?<![\w.~-]){p}", text)
        ]
    assert found == []
