"""Whatever the bytes: a document or a DocumentError, and soon."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpc.language import Document, DocumentError, format_text, load, parse, render_diagnostic
from lpc.language.codes import CODES

DATA = Path(__file__).resolve().parent.parent / "data" / "language"
REFERENCES = [p.read_text(encoding="utf-8") for p in sorted(DATA.glob("*.lpc"))]
TOKENS = sorted({*" \n;(){}[]|,=:#\"'\\/*+-&~<>.⊥λ_∖", *"\n".join(REFERENCES).split()})


def outcome(text):
    """Parse and print; only a DocumentError with sensible places may come out."""
    error = failure(lambda: parse(text))
    if error is None:
        printed = format_text(text)
        assert format_text(printed) == printed
        return
    assert error.diagnostics
    lines = error.source.split("\n")
    for d in error.diagnostics:
        assert d.code in CODES
        assert 1 <= d.span.line <= len(lines)
        assert 1 <= d.span.column <= len(lines[d.span.line - 1]) + 1
        render_diagnostic(d, error.path, error.source)


def failure(call):
    """The DocumentError a call raises, or None where it gives a document."""
    try:
        assert isinstance(call(), Document)
    except DocumentError as error:
        return error
    return None


@given(st.lists(st.sampled_from(TOKENS), max_size=40))
def test_random_tokens(tokens):
    outcome(" ".join(tokens))


@given(st.text(max_size=200))
def test_random_text(text):
    outcome(text)


@given(st.binary(max_size=200))
def test_random_bytes(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "random.lpc"
    path.write_bytes(data)
    error = failure(lambda: load(path))
    assert error is None or error.diagnostics


@settings(max_examples=150)
@given(st.data())
def test_mutated_reference_files(data):
    text = data.draw(st.sampled_from(REFERENCES))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(["", *TOKENS])) + text[at + length :]
    outcome(text)


CALLS = 400
STRAINS = {
    "parentheses": "assume X : " + "(" * 10_000 + "P(A)" + ")" * 10_000 + " = P(A)",
    "open parentheses": "assume X : " + "(" * 50_000,
    "crossed brackets": "assume X : " + "(" * 20_000 + "]" * 20_000,
    "cones": "spacetime 1+1 { a = " + "past(" * 5000 + "b" + ")" * 5000 + " }",
    "errors": "foo\n" * 20_000,
    "errors in a block": "variables {\n" + "a b\n" * 10_000 + "}",
    "unknown names": "assume X : positive " + ", ".join(f"q{k}" for k in range(10_000)),
    "long line": "variables { A }\nassume X : " + "P(A) " * 10_000 + "= P(A)",
    "long number": "variables { A in {" + "1" * 100_000 + "} }",
    "NUL bytes": "\0" * 10_000,
    "not not": "model m { a := " + "not " * 10_000 + "b }",
    "else if": "model m { a := " + "if a then b else " * 10_000 + "b }",
    "sum sum": "define q := " + "sum[a] " * 10_000 + "b",
    "minus": "define q := " + "- " * 10_000 + "b",
    "deep splits": "\n".join(f"split w{k} into w{k - 1}, x{k}" for k in range(1, 3000)),
    "wide splits": "\n".join(
        f"split w{k} into x{k}, y{k}\nsplit x{k} into w{k - 1}, p{k}\n"
        f"split y{k} into w{k - 1}, q{k}"
        for k in range(1, 30)
    )
    + "\nvariables { z }\ncausal { w29 -> z }",
    "deep definitions": "variables { A ; B }\ndefine D0 : A ⊥ B\n"
    + "\n".join(f"define D{k} : D{k - 1}" for k in range(1, 3000)),
    "circle": "\n".join(f"define D{k} : D{(k + 1) % 3000}" for k in range(3000)),
    "comments": "# nothing\n" * 50_000,
    "blank": "\n" * 200_000,
    "backslashes": "\\" * 20_000,
    "quotes": '"' * 20_001,
    "long name": "variables { " + "a" * 200_000 + " }\nassume X : positive b" + "a" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("strain", STRAINS)
def test_strains(strain):
    """The work is in proportion to the text: so many calls of functions for each character."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        outcome(STRAINS[strain])
    finally:
        sys.setprofile(before)
    assert calls < 300_000 + CALLS * len(STRAINS[strain])
