"""Every lpc and Python block of the README and of docs/ is run, and they are counted.

A page is run from top to bottom in a folder of its own. An lpc block is a whole file that checks
clean, unless the note above it says otherwise: `as NAME` keeps it under that name, `with NAME` puts
a kept block before it, `exit N` is another exit status, `code CODE` a message that it must give.
The Python blocks of a page are one program. A `text` block with a note `output: COMMAND` must be
what the command prints, but for cuts marked `[…]`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import generated
import pytest
from blocks import LANGUAGES, Block, blocks, rough_count
from click.testing import CliRunner
from lark import Lark, Token, Tree

from lpc.cli import cli
from lpc.language.layout import lay_out
from lpc.language.reader import KeepTrivia, grammar_text

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
FEWEST = {"README.md": 2, "findings.md": 17, "language.md": 14, "local-causality.md": 5}
"""Fewer blocks than this on a page would mean that a reader of blocks has gone blind."""


def page(path: Path) -> list[Block]:
    """The blocks of a page."""
    return list(blocks(path.read_text(encoding="utf-8")))


def lpc(*arguments: str) -> tuple[int, str]:
    """Exit status and output of the real command line, in this process."""
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.output


def check_block(block: Block) -> None:
    """Write the block, with what stands before it, to a file here and check it."""
    before = block.clauses.get("with")
    text = (Path(before).read_text(encoding="utf-8") + "\n" if before else "") + block.text
    path = Path(block.clauses.get("as", "block.lpc"))
    path.write_text(text, encoding="utf-8")
    status, output = lpc("check", "--output-format", "json", str(path))
    assert status == int(block.clauses.get("exit", "0")), f"line {block.line}: {output}"
    if "code" in block.clauses:
        found = json.loads(output)["files"][0]["diagnostics"]
        assert block.clauses["code"] in [d["code"] for d in found], output


def check_output(block: Block, command: str) -> None:
    """What is recorded is what the command prints now."""
    words = shlex.split(command)
    assert words[0] == "lpc"
    output = lpc(*words[1:])[1]
    place = 0
    parts = [part.strip("\n") for part in re.split(r"^\[…\]\n", block.text, flags=re.M)]
    for part in parts:
        place = output.find(part, place)
        assert place >= 0, f"line {block.line}: not in the output:\n{part}\n\n{output}"
    assert parts[0] == "" or output.startswith(parts[0])


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_blocks_do_what_the_page_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "proofs").symlink_to(ROOT / "proofs")
    program = ""
    for block in page(path):
        if block.language == "lpc":
            check_block(block)
        elif block.language == "python":
            program += block.text
        elif block.note.startswith("<!-- output: "):
            check_output(block, block.note[len("<!-- output: ") :].removesuffix("-->"))
    if program:
        Path("page.py").write_text(program, encoding="utf-8")
        paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
        subprocess.run([sys.executable, "page.py"], check=True, env=environment)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_no_block_is_skipped(path):
    """The parser that finds the blocks finds as many as a count of lines does."""
    run = [b for b in page(path) if b.language in LANGUAGES]
    assert len(run) == rough_count(path.read_text(encoding="utf-8"))
    assert len(run) >= FEWEST.get(path.name, 0)


def test_blocks_are_found_wherever_they_stand():
    text = """
```lpc
one
```

- item

  <!-- lpc: with one.lpc, exit 1 -->
  ```lpc
  two
  ```

````{note}
```{code-block} lpc
:name: three

three
```
````

```{code-cell} python
four
```

~~~python
five
~~~

```text
no code
```
"""
    found = list(blocks(text))
    assert [(b.language, b.text) for b in found] == [
        ("lpc", "one\n"),
        ("lpc", "two\n"),
        ("lpc", "three\n"),
        ("python", "four\n"),
        ("python", "five\n"),
        ("text", "no code\n"),
    ]
    assert [text.splitlines()[b.line - 1].strip()[:3] for b in found] == ["```"] * 4 + [
        "~~~",
        "```",
    ]
    assert found[1].clauses == {"with": "one.lpc", "exit": "1"}
    assert rough_count(text) == 5


def test_a_wrong_block_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = "variables { A ; a ; b }\nderive d { P(A | a, b) = P(A | a) }\n"
    check_block(Block("lpc", wrong, 1, clauses={"exit": "1"}))
    with pytest.raises(AssertionError):
        check_block(Block("lpc", wrong, 1))
    with pytest.raises(AssertionError):
        check_output(Block("text", "nothing of the kind\n", 1), "lpc check block.lpc")


# ---- the language reference against the grammar ------------------------------------------------


def parser() -> Lark:
    """The grammar as it is, without the builder that hides its rules."""
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic",
        start="statement",
        postlex=KeepTrivia(),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def constructs(lark: Lark, text: str) -> set[str]:
    """The rules and terminals that the statements of a text use."""
    found: set[str] = set()
    for chunk in lay_out(lark.lex(text)).chunks:
        state = lark.parse_interactive("")
        for token in chunk.tokens:
            state.feed_token(token)
        tree = state.feed_eof()
        for node in tree.iter_subtrees():
            found.add(str(node.data))
            found |= {c.type for c in node.children if isinstance(c, Token)}
            assert all(isinstance(c, (Tree, Token)) for c in node.children)
    return found


def missing_from_reference(text: str) -> set[str]:
    """What the grammar has and no checked block of the page shows."""
    lark = parser()
    shown = set[str]()
    for block in blocks(text):
        if block.language == "lpc" and "exit" not in block.clauses:
            shown |= constructs(lark, block.text)
    rules = {r.alias or r.origin.name for r in lark.rules}
    wanted = {str(r) for r in rules if not str(r).startswith("_")}
    layout_only = {*KeepTrivia.always_accept, "SEP"}
    words = {t.name for t in lark.terminals if not t.name.startswith("__IGNORE")}
    return (wanted | words) - shown - layout_only


def test_reference_shows_every_rule_and_word_of_the_grammar():
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    assert missing_from_reference(text) == set()


def test_what_is_not_shown_is_noticed():
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    assert missing_from_reference(text.replace("diamond p to q", "past(q)")) == {
        "diamond",
        "DIAMOND",
    }


def test_reference_has_a_section_for_every_statement():
    """Section titles name the statements; a new statement needs a section."""
    rule = re.search(r"^statement:(.*?)\n\n", grammar_text(), re.M | re.S)
    assert rule is not None
    statements = {name.strip() for name in rule[1].replace("\n", " ").split("|")}
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\(statement-(\w+)\)=$", text, re.M))
    assert described == statements


# ---- the generated pages ------------------------------------------------------------------------


def test_generated_pages_are_complete():
    from lpc.commands.explain import all_codes
    from lpc.kernel.rules import RULES

    rules, messages = generated.rules_page(), generated.messages_page()
    for rule in RULES.values():
        assert f"### {rule.code} {rule.name}\n" in rules
    for code in all_codes():
        assert messages.count(f"`{code}` ") == 1
    for name in cli.commands:
        assert f"## lpc {name}\n" in generated.commands_page()


def test_every_move_of_the_rules_for_sums_is_described():
    source = (ROOT / "lpc" / "kernel" / "sums.py").read_text(encoding="utf-8")
    moves = set(re.findall(r'RuleError\("([a-z ]+)"', source)) - {"sums"}
    described = generated.definitions_page("lpc.kernel.sums")
    assert moves
    assert [m for m in moves if f"\n{m}\n: " not in f"\n{described}"] == []


def test_reserved_words_are_those_of_the_grammar():
    page_ = generated.words_page()
    terminals = dict(re.findall(r'^([A-Z]+)(?:\.\d+)?: "([a-z]+)"$', grammar_text(), re.M))
    assert len(terminals) > 50
    assert [word for word in terminals.values() if f"`{word}`" not in page_] == []
