"""The two highlighters, for Pygments and for editors, against the grammar and each other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from lark import Lark
from pygments import lex
from pygments.token import Token

from lpc.highlight import SIGNS, LocalCausalityLexer, token_class
from lpc.language.layout import GEOMETRY, OPENING, PRINCIPLE_WORDS, RULE_WORDS
from lpc.language.reader import KeepTrivia, grammar_text, plain

ROOT = Path(__file__).resolve().parents[2]
GRAMMAR = ROOT / "grammars" / "lpc.tmLanguage.json"
FILES = sorted([*ROOT.glob("proofs/**/*.lpc"), *ROOT.glob("tests/data/language/*.lpc")])

TERMINALS = {
    t.name: t.pattern
    for t in Lark(grammar_text(), start="statement", lexer="basic", postlex=KeepTrivia()).terminals
    if not t.name.startswith("__IGNORE")
}
WORDS = {name: p.value for name, p in TERMINALS.items() if p.type == "str" and p.value.isalpha()}

# Texts that exercise what the files do not; each is also given to the other highlighter.
SNIPPETS = [
    "at past(one) | \n  slice t = 0 & x\nx",
    "complete λ on left\n# t\n\n  | future(r) ; t",
    'variables { A at point t = 4, x = -5 "t" ; t at (past\n(x)) ; past }\nt',
    "spacetime 1+1 { # } t\n a = slice t = 0 ; source = point x = 1 to 2 } t x",
    "= E by product rule, bayes = product",
    "= E by algebra\n  expect refuted product\n total",
    '= E by total probability "product" rule',
    "assume D : A determined by product, rule",
    "quantum q { state ghz(3) ; state := 1 ; a ~ {state : 1}\n state { (0, 1) : 1 } } state",
    "quantum q {\n  state = 3\n  \\state\n}\nstate x\na quantum b",
    r"P \left( A \mid a \right) \perp\!\!\!\perp B \sum_{a} \cap \sim \perp \, \prime \{ \}",
    "P P(A) P\u00a0(A) P, sum[A] sum {A} sum' integral[l] ∑ ∫ integrals \\int_{x} \\integral",
    "entail entails entailed do does doing to_{a} in′ of\\prime of∖x a_1 x² ₁ _x _||_ A_||_ b",
    "1.5..2 a:=1 a == b !=≠≤<=->→ ☃ λ̂ 'x '\t@ \x0b \u2028 \u3000 \"open",
    '"a # b" # "c',
    'assume CC : common causes "why" ; assume common : common causes',
    "assume λ_{\\Sigma}:common causes\nassume X : common\nassume causes : causes ⊥ common",
    "claim : common causes entail X ; spacetime 1+1 { common = past(a) }",
]


def classes(text: str) -> list[object]:
    """The class of each character, by Pygments."""
    found = LocalCausalityLexer().get_tokens_unprocessed(text)
    return [kind for _, kind, value in found for _ in value]


def kinds(text: str) -> list[tuple[object, str]]:
    """The tokens that are no space."""
    found = LocalCausalityLexer().get_tokens_unprocessed(text)
    return [(kind, value) for _, kind, value in found if kind is not Token.Text.Whitespace]


# ---- Pygments ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_comes_back_whole_and_without_errors(path):
    text = plain(path.read_text(encoding="utf-8"))
    found = list(lex(text, LocalCausalityLexer(stripnl=False)))
    assert "".join(value for _, value in found) == text
    assert [value for kind, value in found if kind is Token.Error] == []


@pytest.mark.parametrize("text", SNIPPETS)
def test_any_text_comes_back_whole(text):
    found = list(LocalCausalityLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in found) == text
    assert [start for start, _, _ in found] == [
        sum(len(value) for _, _, value in found[:k]) for k in range(len(found))
    ]


def test_every_sign_is_a_terminal_of_the_grammar_and_has_one_class():
    signs = [terminal for terminals in SIGNS.values() for terminal in terminals]
    assert len(signs) == len(set(signs))
    assert set(signs) - {"PROB"} <= set(TERMINALS)


def test_what_is_a_keyword_is_a_word():
    keywords = {name for name in TERMINALS if token_class(name) in Token.Keyword}
    assert keywords >= OPENING | GEOMETRY | RULE_WORDS | PRINCIPLE_WORDS
    assert keywords - set(WORDS) == {"ENTAIL", "DO"}


def test_classes_of_a_statement():
    k, n, o, p = Token.Keyword, Token.Name, Token.Operator, Token.Punctuation
    assert kinds('assume SI : P(t | a) = 1 and not x "by" # at') == [
        (k.Declaration, "assume"), (n, "SI"), (p, ":"), (n.Builtin, "P"), (p, "("), (n, "t"),
        (o, "|"), (n, "a"), (p, ")"), (o, "="), (Token.Literal.Number, "1"), (o.Word, "and"),
        (o.Word, "not"), (n, "x"), (Token.Literal.String, '"by"'), (Token.Comment.Single, "# at"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "keywords"),
    [
        ("spacetime 1+1 { a = slice t = 0 }", ["spacetime", "slice", "t"]),
        ("variables { t at past(x) ; x }", ["variables", "at", "past", "x"]),
        ("= E by product rule = rule", ["by", "product", "rule"]),
        ("quantum q { state singlet ; state := 1 }", ["quantum", "state"]),
        ("quantum q { a ~ {state : 1} }", ["quantum"]),
        ("model quantum { state ~ uniform {0, 1} }", ["model", "uniform"]),
        ('assume \\lambda_a : common causes "n"', ["assume", "common", "causes"]),
        ("assume causes : common\ncauses", ["assume"]),
        ("claim : common causes entail common", ["claim", "entail"]),
        ("assume I : common ⊥ causes", ["assume"]),
    ],
)
def test_words_reserved_in_some_places_are_keywords_only_there(text, keywords):
    assert [value for kind, value in kinds(text) if kind in Token.Keyword] == keywords


# ---- editors -----------------------------------------------------------------------------------

SCOPES = {
    "comment": Token.Comment.Single,
    "constant.numeric": Token.Literal.Number,
    "invalid": Token.Error,
    "keyword": Token.Keyword,
    "keyword.declaration": Token.Keyword.Declaration,
    "keyword.operator": Token.Operator,
    "keyword.operator.word": Token.Operator.Word,
    "punctuation": Token.Punctuation,
    "source": Token.Text.Whitespace,
    "string": Token.Literal.String,
    "support.function": Token.Name.Builtin,
    "variable": Token.Name,
}


def class_of(scope: str) -> object:
    """The class that a scope stands for: that of its longest known beginning."""
    known = [begin for begin in SCOPES if f"{scope}.".startswith(f"{begin}.")]
    return SCOPES[max(known, key=len)]


def words_in(rule: str) -> set[str]:
    """The words that a rule of the editors' grammar lists."""
    found = json.loads(GRAMMAR.read_text(encoding="utf-8"))["repository"][rule]
    return set(re.findall(r"(?<![\\\w{])[a-z]+(?=[|)])", found["match"].split("(?!")[0]))


@pytest.mark.parametrize(
    ("rule", "terminals"),
    [
        ("declaration", OPENING - {"QUANTUM"}),
        ("geometry", GEOMETRY),
        ("rule-word", RULE_WORDS),
        ("word-operator", SIGNS[Token.Operator.Word]),
        (
            "word",
            set(WORDS)
            - OPENING
            - GEOMETRY
            - RULE_WORDS
            - PRINCIPLE_WORDS
            - SIGNS[Token.Operator.Word]
            - {"STATE"},
        ),
    ],
)
def test_editors_know_the_words_of_the_grammar(rule, terminals):
    assert words_in(rule) == {WORDS[name] for name in terminals}


def by_editors(texts: list[str]) -> list[list[object]]:
    """The class of each character of each text, by the engine of editors."""
    if not os.environ.get("LPC_TEXTMATE"):
        pytest.skip("needs node, and LPC_TEXTMATE: a folder with vscode-textmate; see .ci/run")
    result = subprocess.run(
        ["node", ROOT / "tests" / "data" / "textmate" / "tokens.cjs"],
        input=json.dumps({"grammar": GRAMMAR.read_text(encoding="utf-8"), "texts": texts}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [
        _unfolded(text, lines) for text, lines in zip(texts, json.loads(result.stdout), strict=True)
    ]


def _unfolded(text: str, lines: list[list[tuple[int, int, str]]]) -> list[object]:
    assert all(ord(character) < 0x10000 for character in text), "columns are counted in UTF-16"
    found: list[object] = []
    for line, tokens in zip(text.split("\n"), lines, strict=True):
        row: list[object] = [Token.Text.Whitespace] * len(line)
        for start, end, scope in tokens:
            row[start:end] = [class_of(scope)] * (min(end, len(line)) - start)
        found += [*row, Token.Text.Whitespace]
    return found[:-1]


def differences(text: str, shown: list[object]) -> list[tuple[str, object, object]]:
    """Where editors and Pygments differ: the line up to there, and the two classes."""
    ours = classes(text)
    assert len(ours) == len(shown)
    return [
        (text[:k + 1].split("\n")[-1], ours[k], shown[k])
        for k in range(len(text))
        if ours[k] is not shown[k] and not text[k].isspace()
    ]  # fmt: skip


def test_editors_show_every_file_as_pygments_does():
    texts = [plain(path.read_text(encoding="utf-8")) for path in FILES]
    triples = zip(FILES, texts, by_editors(texts), strict=True)
    found = {path.name: differences(text, shown)[:3] for path, text, shown in triples}
    assert {name: places for name, places in found.items() if places} == {}


def test_editors_show_what_no_file_has_as_pygments_does():
    words = [f"{word} {word}' {word}_1 x{word} {word}{word} {word}" for word in WORDS.values()]
    inside = [f"{before}{line}" for before in ("", "x at ", "= E by ") for line in words]
    texts = [*SNIPPETS, *inside]
    pairs = zip(texts, by_editors(texts), strict=True)
    found = {text: differences(text, shown)[:3] for text, shown in pairs}
    assert {text: places for text, places in found.items() if places} == {}
