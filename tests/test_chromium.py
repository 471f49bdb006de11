"""The page of every file in proofs/ in a real browser; skipped where there is no Chromium.

LPC_REQUIRE_CHROMIUM=1 turns the skip into a failure.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest
from chromium import find_chromium, running

from lpc import check, load, parse
from lpc.pictures.onpage import pictures_of
from lpc.report.contents import page_of
from lpc.report.html import render_page

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "proofs").rglob("*.lpc"))
REQUIRED = os.environ.get("LPC_REQUIRE_CHROMIUM") == "1"

pytestmark = pytest.mark.skipif(
    find_chromium() is None and not REQUIRED, reason="Chromium not found"
)

COPIED = """(() => {
  const found = [], selection = getSelection();
  for (const element of document.querySelectorAll("SELECTOR")) {
    selection.selectAllChildren(element);
    found.push(selection.toString());
  }
  return found;
})()"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    program = find_chromium()
    assert program is not None, "LPC_REQUIRE_CHROMIUM=1, but there is no Chromium"
    with running(program, tmp_path_factory.mktemp("profile")) as found:
        yield found


@cache
def rendered(path: Path):
    """The report of a file and its page, made once for all that is tried with them."""
    document = load(str(path))
    report = check(document)
    return report, render_page(page_of(report, pictures_of(document)))


def shown(browser, page: str, folder: Path, width: int = 1100, dark: bool = False):
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    browser.emulate(width, dark)
    browser.open(path)
    return path


def visible(browser, selector: str) -> str:
    """The text a reader sees of the first element that fits."""
    return browser.evaluate(f'document.querySelector("{selector}").innerText')


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_page_in_a_browser(browser, path, tmp_path):
    report, text = rendered(path)
    page = shown(browser, text, tmp_path)
    assert browser.complaints() == []
    assert browser.requests() == [page.as_uri()]
    assert browser.evaluate("document.querySelectorAll('script').length") == 0
    # The keyboard alone opens the first step, and the next key closes it.
    opened = "[...document.querySelectorAll('details')].filter(d => d.open).length"
    assert browser.evaluate(opened) == 0
    for _ in range(400):
        browser.press("Tab")
        if browser.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    browser.press("Enter")
    assert browser.evaluate(opened) == 1
    assert browser.evaluate("document.querySelector('details[open] .inside').checkVisibility()")
    browser.press("Enter")
    assert browser.evaluate(opened) == 0
    # What is copied from a formula is the formula of the file.
    copied = [" ".join(text.split()) for text in copies(browser, "summary .formula")]
    steps = [item for item in report.items if item.kind == "step"]
    claims = [item for item in report.items if item.kind == "claim"]
    for item in claims:
        assert item.statement in copied
    for item in steps:
        assert any(text.startswith("= ") and item.statement.endswith(text) for text in copied)


DRAWN = [
    path for path in FILES if re.search(r"^(spacetime|causal) ", path.read_text("utf-8"), re.M)
]


@pytest.mark.parametrize("path", DRAWN, ids=lambda p: p.stem)
def test_pictures_are_visible(browser, path, tmp_path):
    shown(browser, rendered(path)[1], tmp_path)
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    sizes = browser.evaluate(
        "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect())"
        ".map(box => [box.width, box.height])"
    )
    assert sizes
    assert all(width > 100 and height > 50 for width, height in sizes)
    assert browser.evaluate("document.querySelectorAll('figure svg text').length") > 0
    assert browser.complaints() == []


def copies(browser, selector: str) -> list[str]:
    return browser.evaluate(COPIED.replace("SELECTOR", selector))


def test_injected_markup_stays_text(browser, tmp_path):
    evil = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>"
    text = f"""
    title "{evil}"
    variables {{ A ; a ; b }}
    assume I : A _||_ b | a
    derive d "{evil}" {{
      assuming I
      P(A | a, b) = P(A | a) "{evil}" by I
    }}
    claim "{evil}" : I entail A _||_ b | a
    """
    document = parse(text)
    html = render_page(page_of(check(document), pictures_of(document)))
    page = shown(browser, html, tmp_path)
    assert browser.complaints() == []
    assert browser.requests() == [page.as_uri()]
    assert browser.evaluate("document.querySelectorAll('script, img').length") == 0
    assert browser.evaluate("document.title") == evil
    assert evil in visible(browser, "h1")
    assert evil in visible(browser, "summary .label")


@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("dark", [False, True])
def test_page_fits_and_follows_the_colours(browser, tmp_path, width, dark):
    shown(browser, rendered(ROOT / "proofs" / "bell1990.lpc")[1], tmp_path, width, dark)
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    ground = browser.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == ("rgb(22, 24, 29)" if dark else "rgb(255, 255, 255)")
    assert browser.screenshot().startswith(b"\x89PNG")


def test_everything_is_printed(browser, tmp_path):
    shown(browser, rendered(ROOT / "proofs" / "bell1990.lpc")[1], tmp_path)
    inside = "document.querySelector('details .inside table').checkVisibility()"
    assert not browser.evaluate(inside)
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.evaluate(inside)
    browser.call("Emulation.setEmulatedMedia", media="")
