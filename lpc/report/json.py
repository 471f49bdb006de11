"""The JSON report, `lpc.report/1` (DESIGN 3)."""

from __future__ import annotations

import json
from typing import Any

from lpc.logic import Diagnostic
from lpc.logic.visible import visible_json
from lpc.report.circuits import circuit_data
from lpc.report.results import Broken, Countermodel, Evidence, FileReport, Item, Removal, Report

SCHEMA = "lpc.report/1"


def render_json(report: Report) -> str:
    """The whole report as JSON text, one trailing line end."""
    data = {"schema": SCHEMA, "files": [file_data(f) for f in report.files]}
    return json_text(data)


def file_data(report: FileReport) -> dict[str, Any]:
    """One file of the report."""
    return {
        "file": report.file,
        "status": report.status.value,
        "items": [item_data(item) for item in report.items],
        "diagnostics": [diagnostic_data(d) for d in report.diagnostics],
    }


def item_data(item: Item) -> dict[str, Any]:
    """One step, rewrite or claim. `proof` is for the first set of `needs`, `proofs` for each."""
    proofs = [proof_data(e) for e in item.evidence]
    return {
        "kind": item.kind,
        "name": item.name,
        "index": item.index,
        "label": item.label,
        "line": item.line,
        "statement": item.statement,
        "verdict": item.verdict.value,
        "expect": item.expect,
        "as_expected": item.as_expected,
        "needs": [list(names) for names in item.needs],
        "would_do": [list(names) for names in item.would_do],
        "cited": [*item.cited, *item.words],
        "removals": [removal_data(r) for r in item.removals],
        "proof": proofs[0]["proof"] if proofs else [],
        "proofs": proofs,
        "model": model_data(item.model) if item.model is not None else None,
        "breaks": [broken_data(broken) for broken in item.breaks],
        "value": item.value,
        "notes": list(item.notes),
        "circuit": None if item.circuit is None else circuit_data(item.circuit),
    }


def removal_data(removal: Removal) -> dict[str, Any]:
    """What was dropped from one factor."""
    return {
        "from": removal.factor,
        "removed": list(removal.removed),
        "statement": removal.statement,
        "lc_alone": removal.lc_alone,
        "cc_alone": removal.cc_alone,
        "needs": [list(names) for names in removal.needs],
        "would_do": [list(names) for names in removal.would_do],
        "failed_obligations": [f.obligation for f in removal.failures],
        "reasons": [f.message for f in removal.failures],
        "principles": [f.principle for f in removal.failures],
        "open_path": removal.open_path,
    }


def proof_data(evidence: Evidence) -> dict[str, Any]:
    """One proof; the numbers in `from` count lines from 1."""
    lines = [
        {"statement": line.statement, "rule": line.rule, "from": list(line.premises)}
        for line in evidence.lines
    ]
    return {"needs": list(evidence.names), "proof": lines}


def model_data(model: Countermodel) -> dict[str, Any]:
    """A countermodel: its outcomes with exact weights, and where it breaks the step."""
    return {
        "engine": model.engine,
        "mechanism": list(model.sentences),
        "block": list(model.block),
        "variables": list(model.variables),
        "outcomes": [{"values": list(v), "weight": weight} for v, weight in model.outcomes],
        "breaks": None if model.broken is None else broken_data(model.broken),
        "satisfies": list(model.satisfies),
        "violates": list(model.violates),
        "undecided": list(model.unknown),
        "chsh": model.chsh,
        "circuit": None if model.circuit is None else circuit_data(model.circuit),
    }


def broken_data(broken: Broken) -> dict[str, Any]:
    """Where a statement breaks: two expressions that ought to be equal, with their values."""
    return {
        "name": broken.name or None,
        "statement": broken.statement,
        "left": broken.left,
        "left_value": broken.left_value,
        "right": broken.right,
        "right_value": broken.right_value,
        "because": broken.because or None,
    }


def diagnostic_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One message to the author."""
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "hint": diagnostic.hint,
    }


def json_text(data: Any) -> str:
    """Data as JSON that may be shown, one trailing line end."""
    return visible_json(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"
