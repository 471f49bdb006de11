"""The command line as a whole: start-up, a long derivation, the folder of proofs.

Targets on two cores: `lpc --version` 0.15 s, 2,000 steps 5 s, all of `proofs/` 2 s.
"""

from __future__ import annotations

import pytest

STEPS = 2_000


@pytest.fixture(scope="module")
def long_derivation(tmp_path_factory):
    """Two thousand product rules, each undone by the next."""
    lines = ["P(A | B, a, b) P(B | a, b)", "P(B | A, a, b) P(A | a, b)"]
    steps = "\n".join(f"    = {lines[k % 2]}   by product rule" for k in range(STEPS))
    path = tmp_path_factory.mktemp("long") / "long.lpc"
    path.write_text(
        f"variables {{\n  A\n  B\n  a\n  b\n}}\n\nderive long {{\n  P(A, B | a, b)\n{steps}\n}}\n",
        encoding="utf-8",
    )
    return path


def test_version(benchmark, run_lpc):
    result = benchmark(run_lpc, "--version")
    assert result.returncode == 0


def test_two_thousand_steps(benchmark, run_lpc, long_derivation):
    result = benchmark.pedantic(run_lpc, args=("check", long_derivation), rounds=1)
    assert result.returncode == 0, result.stderr


def test_folder_of_proofs(benchmark, run_lpc, root):
    result = benchmark.pedantic(run_lpc, args=("check", root / "proofs"), rounds=1)
    assert result.returncode == 0, result.stdout
