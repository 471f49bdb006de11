"""Files that must not parse, each with the messages it must give (`tests/malformed`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpc.language import DocumentError, load, render_diagnostic

FOLDER = Path(__file__).resolve().parent.parent / "malformed"
FILES = sorted(FOLDER.glob("*.lpc"))


def messages(path):
    with pytest.raises(DocumentError) as error:
        load(path)
    found = error.value
    return (
        "\n".join(render_diagnostic(d, path.name, found.source) for d in found.diagnostics) + "\n"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_messages(path):
    assert messages(path) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_there_are_files():
    assert len(FILES) >= 8
