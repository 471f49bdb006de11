"""Inputs that once came out wrong, through the real command line; claims say what is right."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import lpc
from lpc.pictures.graph import graph_picture

ROOT = Path(__file__).resolve().parent
FILES = sorted((ROOT / "data" / "cases").glob("*.lpc"))
WARNED = {
    "complete_elsewhere": ("W404", 7),
    "not_in_the_graph": ("W405", 2),
    "crash_latent": ("W405", 1),
}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_comes_out_right(path):
    command = [sys.executable, "-m", "lpc", "check", str(path), "--output-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = json.loads(done.stdout)["files"]
    assert file["items"]
    found = [(d["code"], d["line"]) for d in file["diagnostics"]]
    assert found == ([WARNED[path.stem]] if path.stem in WARNED else [])


def test_an_empty_causal_block_is_no_picture():
    with pytest.raises(lpc.LpcError, match="no nodes"):
        graph_picture(lpc.parse("causal { }"))
