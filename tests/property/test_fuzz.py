"""Files that nobody wrote, through all that lpc does with a file; see `fuzz.py`.

The seeds here are other ones than those of the long runs. A file that ever failed is kept in
`tests/fuzzed`, as small as it gets, with what went wrong in its first line.
"""

from __future__ import annotations

from pathlib import Path

import fuzz
import fuzz_texts
import pytest

import lpc

KEPT = sorted((Path(__file__).resolve().parents[1] / "fuzzed").glob("*.lpc"))
FIRST, FILES, CHUNK = 1_000_000, 500, 50


@pytest.mark.parametrize("start", range(FIRST, FIRST + FILES, CHUNK))
def test_nothing_fails(start, tmp_path):
    tally = fuzz.Tally()
    for seed in range(start, start + CHUNK):
        found = fuzz.fault(seed, "check", tmp_path, tally)
        assert not found, f"python tests/fuzz.py --seed {seed}:\n{found}"
    counts = tally.counts
    assert counts["files"] == CHUNK
    assert counts["documents"] > CHUNK // 5, counts
    assert counts["certificates"] > CHUNK // 5, counts


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_failed_once_fails_no_more(path, tmp_path):
    tally = fuzz.Tally()
    fuzz.attempt(path, "check", tmp_path, tally)
    assert path.read_text(encoding="utf-8").startswith("# ")


def test_a_seed_is_a_file():
    every = {fuzz_texts.text_of(seed) for seed in range(200)}
    assert len(every) > 190
    assert fuzz_texts.text_of(7) == fuzz_texts.text_of(7)
    assert any(b"quantum" in text for text in every)


# ---- tests of the test --------------------------------------------------------------------------

PRINT = "lpc.language.printer.print_file"
FINE = "variables { A, a in {0, 1} }\nassume SI : A ⊥ a\nclaim : SI entail P(A | a) = P(A)\n"


def fails(monkeypatch, tmp_path, what, instead, stage="check"):
    """How a file fails that is fine when something in lpc is broken."""
    path = tmp_path / "fine.lpc"
    path.write_text(FINE, encoding="utf-8")
    fuzz.attempt(path, stage, tmp_path, fuzz.Tally())
    with monkeypatch.context() as broken:
        broken.setattr(what, instead)
        try:
            fuzz.attempt(path, stage, tmp_path, fuzz.Tally())
        except Exception as error:
            return str(error)
    return "not at all"


def test_other_words_of_fmt_are_noticed(monkeypatch, tmp_path):
    real = lpc.language.printer.print_file

    def longer(tree):
        return real(tree) + "# more\n"

    def other(tree):
        return real(tree).replace("P(A | a) = P(A)", "P(a | A) = P(a)")

    assert "fmt of fmt" in fails(monkeypatch, tmp_path, PRINT, longer, "load")
    assert "another document" in fails(monkeypatch, tmp_path, PRINT, other, "load")


@pytest.mark.parametrize(
    ("what", "instead", "said"),
    [
        ("render_markdown", lambda page: 1 / 0, "division by zero"),
        ("render_json", lambda report: "{", "Expecting"),
        ("render_github", lambda report: "\x1b[2J", "holds '\\x1b'"),
        ("render_markdown", lambda page: "All is well.\n::error::x\n", "workflow command"),
        ("lpc_verify.verify", lambda path: (1, ["rejected: no"]), "single file: rejected: no"),
    ],
)
def test_what_results_do_wrong_is_noticed(what, instead, said, monkeypatch, tmp_path):
    assert said in fails(monkeypatch, tmp_path, f"fuzz_results.{what}", instead)


def test_a_hang_is_noticed():
    with pytest.raises(fuzz.Hang), fuzz.watched(0.05):
        sum(zero for zero in iter(int, 1))  # without end
