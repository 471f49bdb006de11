"""The command line as a whole: start-up, a long derivation, the folder of proofs.

Run timed with `pytest tests/benchmarks --benchmark-enable`. Targets on two cores: `lpc --version`
0.15 s, 2,000 steps 5 s, all of `proofs/` 2 s. Without timing less is run, to see that it works.
"""

from __future__ import annotations

import pytest

STEPS, FEW = 2_000, 20


@pytest.fixture
def long_derivation(tmp_path, benchmark):
    """Two thousand product rules, each undone by the next."""
    lines = ["P(A | B, a, b) P(B | a, b)", "P(B | A, a, b) P(A | a, b)"]
    count = STEPS if benchmark.enabled else FEW
    steps = "\n".join(f"    = {lines[k % 2]}   by product rule" for k in range(count))
    path = tmp_path / "long.lpc"
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
    place = root / "proofs" if benchmark.enabled else root / "proofs" / "figures"
    result = benchmark.pedantic(run_lpc, args=("check", place), rounds=1)
    assert result.returncode == 0, result.stdout
