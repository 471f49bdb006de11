"""Everything that lpc makes of one checked file, for `fuzz.py`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fuzz

from lpc import __version__
from lpc.certificates import lpc_verify
from lpc.certificates.comparing import SourceFile
from lpc.certificates.coq import coq_source
from lpc.certificates.coq_text import NotCovered as NotInCoq
from lpc.certificates.metamath.database import NotCovered as NotInMetamath
from lpc.certificates.metamath.writing import metamath_source
from lpc.certificates.strict import CertificateError
from lpc.certificates.verify import Verifier
from lpc.certificates.writing import certificates
from lpc.checker import check
from lpc.commands.diagram import draw
from lpc.commands.explain import all_codes
from lpc.language import Document, DocumentError, load
from lpc.logic import LpcError
from lpc.pictures.onpage import pictures_of
from lpc.pictures.proof import proof_picture
from lpc.pictures.rows import rows_picture
from lpc.pictures.scene import Picture
from lpc.pictures.svg import render_svg
from lpc.pictures.terminal import render_terminal
from lpc.pictures.tikz import render_tikz
from lpc.report.contents import page_of
from lpc.report.explain import explain_item, list_items
from lpc.report.github import render_github
from lpc.report.html import render_page
from lpc.report.json import render_json
from lpc.report.junit import render_junit
from lpc.report.latex import render_latex
from lpc.report.markdown import render_markdown
from lpc.report.results import FileReport, Report
from lpc.report.sarif import render_sarif
from lpc.report.text import PLAIN, Detail, headline, render_report

Counts = Counter[str]
CODES = all_codes()
BEYOND = ("the sign depends on angles", "only 1+1 spacetimes are re-checked")
"""What the single file says of the kinds of certificates that it does not cover."""


def check_all(
    path: Path, document: Document | None, effort: int, folder: Path, counts: Counts
) -> None:
    """The whole way of one file, from its text to verified certificates."""
    found, checked = report_of(path, effort)
    for what, text in written(Report((found,))):
        fuzz.harmless(what, text)
        fuzz.well_formed(what, text)
    if checked is None or document is None:
        return
    for item in found.items:
        counts[f"verdict {item.verdict.value}"] += 1
    for what, text in [*pages(found, checked), *pictures(found, checked), *explained(found)]:
        fuzz.harmless(what, text)
        fuzz.well_formed(what, text)
    certify(path, checked, found, effort, folder, counts)


def report_of(path: Path, effort: int) -> tuple[FileReport, Document | None]:
    """As `lpc check` reports it, a file that is no document included."""
    try:
        document = load(path)
    except DocumentError as error:
        told = tuple(error.diagnostics)
        return FileReport(str(path), None, None, error.source, (), (), (), told), None
    return check(document, effort=effort), document


def written(report: Report) -> Iterator[tuple[str, str]]:
    """Every output format of `lpc check`."""
    yield "json", render_json(report)
    yield "sarif", render_sarif(report, CODES, __version__)
    yield "junit", render_junit(report)
    yield "github", render_github(report)
    yield "text", render_report(report, PLAIN, Detail(True, True))
    yield "text", render_report(report)


def pages(found: FileReport, document: Document) -> Iterator[tuple[str, str]]:
    page = page_of(found, pictures_of(document))
    yield "html", render_page(page)
    yield "tex", render_latex(page)
    yield "tex", render_latex(page, True)
    yield "md", render_markdown(page)
    yield "headline", headline(found, "there")


def pictures(found: FileReport, document: Document) -> Iterator[tuple[str, str]]:
    """As `lpc diagram` draws them; what cannot be drawn is said in an error of ours."""
    made: list[Callable[[], Picture]] = [lambda: draw(document, None)]
    for item in found.items:
        made += [lambda item=item: draw(document, item), lambda item=item: proof_picture(item)]
        made.append(lambda item=item: rows_picture(item))
    for make in made:
        try:
            picture = make()
        except LpcError:
            continue
        yield "svg", render_svg(picture)
        yield "tikz", render_tikz(picture)
        yield "terminal", render_terminal(picture, 100)


def explained(found: FileReport) -> Iterator[tuple[str, str]]:
    yield "explain", list_items(found)
    for item in found.items:
        yield "explain", explain_item(found, item)


def certify(
    path: Path, document: Document, found: FileReport, effort: int, folder: Path, counts: Counts
) -> None:
    """Certificates that both verifiers accept, and that say what the file says."""
    verifier = Verifier()
    every = tuple(certificates(document, found, path.read_bytes(), effort=effort, timeout=None))
    about = SourceFile.read(str(path), None)
    for one, item in zip(every, found.items, strict=True):
        counts["certificates"] += 1
        if one.refused:
            counts["not certified"] += 1
        try:
            checked = verifier.verify(one.data)
            about.check(one.data)
        except CertificateError as error:
            raise fuzz.Fault(f"{one.name} of `{item.statement}` is refused: {error}") from None
        if not one.refused and checked.verdict != item.verdict.value:
            raise fuzz.Fault(f"{one.name}: {item.verdict.value} is certified as {checked.verdict}")
        alone(one.data, folder, f"{one.name} of `{item.statement}`", counts)
        data = json.loads(one.data)
        _foreign(coq_source, NotInCoq, data)
        _foreign(metamath_source, NotInMetamath, data)


def alone(data: bytes, folder: Path, name: str, counts: Counts) -> None:
    """The single file's word on a certificate; it may say that the kind is beyond it."""
    path = folder / "one.json"
    path.write_bytes(data)
    status, said = lpc_verify.verify(str(path))
    if status and any(kind in said[0] for kind in BEYOND):
        counts["beyond the single file"] += 1
    elif status:
        raise fuzz.Fault(f"{name} is refused by the single file: {said[0]}")


def _foreign(write: Callable[[Any], object], not_covered: type[Exception], data: Any) -> None:
    try:
        write(data)
    except not_covered:
        return
