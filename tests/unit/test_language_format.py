"""The canonical print: nothing lost, nothing changed by a second print."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpc.language import DocumentError, format_text
from lpc.language.reader import parse_tree

TESTS = Path(__file__).resolve().parent.parent
REFERENCES = sorted((TESTS / "data" / "language").glob("*.lpc"))
GOLDEN = sorted((TESTS / "cases" / "fmt").glob("*.lpc"))


def tree(text):
    found, diagnostics = parse_tree(text)
    assert diagnostics == ()
    return found


@pytest.mark.parametrize("path", REFERENCES + GOLDEN, ids=lambda p: p.stem)
def test_round_trip(path):
    text = path.read_text(encoding="utf-8")
    printed = format_text(text)
    assert tree(printed) == tree(text)
    assert format_text(printed) == printed
    for line in text.splitlines():  # no comment is lost
        if "#" in line:
            assert line[line.index("#") :].rstrip() in printed


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_golden(path):
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert format_text(path.read_text(encoding="utf-8")) == expected


def test_what_does_not_parse_is_not_printed():
    with pytest.raises(DocumentError):
        format_text("variables { A")


def test_meaning_is_not_checked_for_printing():
    assert format_text("assume X:lambda_q _||_ b") == "assume X : λ_q ⊥ b\n"
