"""The table of the README: as the code has it, and with a row for every certificate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from certified import of_proofs

from lpc.certificates.coverage import KERNELS, KINDS, kind_of, renewed, table

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_table_of_the_readme_is_up_to_date():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert renewed(text) == text
    assert table().count("\n") > len(KINDS)


def test_a_missing_place_is_an_error():
    with pytest.raises(ValueError, match="missing"):
        renewed("no table here")


def test_every_certificate_of_proofs_has_a_row_and_every_row_a_certificate():
    found = {kind_of(json.loads(one.data)) for one in of_proofs().values()} - {""}
    assert found == {kind.name for kind in KINDS}
    assert all(kind.by[KERNELS.index("lpc")] == "yes" for kind in KINDS)
