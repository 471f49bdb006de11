"""Golden text reports: what a reader of the paper sees, word for word.

Run with LPC_WRITE_GOLDEN=1 to write the expected texts anew; then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lpc import check, load
from lpc.report.text import Detail, render_file

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "cases" / "reports"
FILES = sorted((ROOT / "proofs").rglob("*.lpc"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_report_is_as_recorded(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    name = path.relative_to(ROOT)
    text = render_file(check(load(str(name))), detail=Detail(proofs=True))
    expected = GOLDEN / name.relative_to("proofs").with_suffix(".txt")
    if os.environ.get("LPC_WRITE_GOLDEN"):
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_every_recorded_report_has_its_file():
    recorded = {p.relative_to(GOLDEN).with_suffix("") for p in GOLDEN.rglob("*.txt")}
    assert recorded == {p.relative_to(ROOT / "proofs").with_suffix("") for p in FILES}
