"""Every code that the checker emits is explained, and every explained code is emitted."""

from __future__ import annotations

import re
from pathlib import Path

import lpc.checker
from lpc.checker.codes import CHECKER_CODES


def test_registry_is_complete_and_has_no_spare_codes():
    folder = Path(lpc.checker.__file__).parent
    sources = [p.read_text(encoding="utf-8") for p in folder.glob("*.py") if p.stem != "codes"]
    used = set(re.findall(r'"([FW]\d{3})"', "".join(sources)))
    assert used == set(CHECKER_CODES)
