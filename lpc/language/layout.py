"""From characters to statements: separators, comments, and words reserved in some places only.

Terms
-----
separator
    A `;`, or a line end that stands outside ( ) [ ] and the braces of values, and is not
    followed by a line that opens with one of `CONTINUING`.
value brace, block brace
    `{` after `in`, `uniform`, `~`, `then`, `else`, `state` holds values; any other opens a block.
chunk
    The tokens of one statement. A keyword that opens statements, standing first on a line,
    always begins a new chunk, even where a bracket was left open before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lark import Token

from lpc.language.names import UnknownCommand, canonical
from lpc.logic import Diagnostic, Severity, Span

OPENING = frozenset({
    "TITLE", "SOURCE", "SPACETIME", "CAUSAL", "VARIABLES", "SPLIT", "PART", "COMPLETE", "ASSUME",
    "DEFINE", "DERIVE", "REWRITE", "CLAIM", "MODEL", "QUANTUM",
})  # fmt: skip
"""Keywords that open a statement."""

CONTINUING = frozenset({
    "EQUAL", "ELSE", "BY", "EXPECT", "TO", "AND", "OR", "XOR", "MOD", "STAR", "SLASH", "PLUS",
    "MINUS", "AMP", "BAR", "PERP", "ARROW", "LE", "GE", "LESS", "GREATER", "UNEQUAL", "LBRACE",
})  # fmt: skip
"""A line that opens with one of these goes on with the line before."""

GEOMETRY = frozenset({
    "PAST", "FUTURE", "SLICE", "POINT", "SEGMENT", "BALL", "DIAMOND", "T", "X", "Y", "Z", "R",
})  # fmt: skip
RULE_WORDS = frozenset({"PRODUCT", "RULE", "BAYES", "TOTAL", "PROBABILITY", "ALGEBRA"})
PRINCIPLE_WORDS = frozenset({"COMMON", "CAUSES"})
"""Words together, after the colon of `assume`, and names elsewhere."""
_BEFORE_VALUES = frozenset({"IN", "UNIFORM", "TILDE", "THEN", "ELSE", "STATE"})
_AFTER_NAMES = frozenset({"EQUAL", "TILDE", "ASSIGN", "IN", "AT", "ARROW"})
_CLOSERS = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
MAX_DIGITS = 1000
MAX_NAME = 200
MAX_UNKNOWN = 100
"""Beyond so many characters that mean nothing the text is not read further."""
MAX_UNCLOSED = 200
"""So many brackets may be left open inside one that is closed; beyond, nothing is matched."""


@dataclass(slots=True)
class Opener:
    """An opening bracket; `block` marks the brace of a block."""

    token: Token
    kind: str
    block: bool


@dataclass(slots=True)
class Chunk:
    """The tokens of one statement, and the brackets in it that nobody closed."""

    tokens: list[Token] = field(default_factory=list)
    first_on_line: set[int] = field(default_factory=set)
    unclosed: list[Opener] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A file cut into statements; `comments` maps a line to its comment.

    `cut_short` says that the end of the text was not read.
    """

    chunks: list[Chunk] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    cut_short: bool = False


def span_of(token: Token) -> Span:
    """The place of a token."""
    line, column = token.line or 1, token.column or 1
    return Span(line, column, token.end_line or line, token.end_column or column)


def lay_out(raw: Iterable[Token]) -> Layout:
    """Cut the tokens of a file into chunks."""
    return _Cutter().cut(raw)


def _readable(raw: Iterable[Token], out: Layout) -> Iterator[Token]:
    """The tokens up to where too much of the text means nothing."""
    unknown = 0
    for token in raw:
        unknown += token.type == "UNKNOWN"
        if unknown > MAX_UNKNOWN:
            out.cut_short = True
            return
        yield token


class _Cutter:
    """The state of one pass over the tokens."""

    def __init__(self) -> None:
        self.out = Layout()
        self.chunk = Chunk()
        self.openers: list[Opener] = []
        self.line_end: Token | None = None
        self.fresh_line = True
        self.in_region = False
        self.after_by = False

    def cut(self, raw: Iterable[Token]) -> Layout:
        tokens = list(_readable(raw, self.out))
        for k, token in enumerate(tokens):
            if token.type == "COMMENT":
                self.out.comments[token.line or 1] = str(token).rstrip()
            elif token.type == "NEWLINE":
                self.fresh_line = True
                if not self.openers or self.openers[-1].block:
                    self.line_end = self.line_end or token
            elif token.type == "SEMICOLON":
                self._separate(token)
            else:
                following = tokens[k + 1].type if k + 1 < len(tokens) else ""
                self._significant(token, following)
                self.fresh_line = False
        self._close_chunk()
        return self.out

    def _significant(self, token: Token, following: str) -> None:
        # A keyword used as a name inside a block begins no statement: `source = point …`.
        is_name = bool(self.openers) and following in _AFTER_NAMES
        if token.type == "QUANTUM":  # a word that older files may have as a name
            is_name = bool(self.openers) and following != "NAME"
        separated = bool(self.chunk.tokens) and self.chunk.tokens[-1].type == "SEP"
        if token.type in OPENING and (self.fresh_line or separated) and not is_name:
            self._close_chunk()
        elif self.line_end is not None and token.type not in CONTINUING:
            self._separate(self.line_end)
        self.line_end = None
        self._check(token)
        token.type = self._type_here(token, following)
        self._brackets(token)
        if self.fresh_line:
            self.chunk.first_on_line.add(len(self.chunk.tokens))
        self.chunk.tokens.append(token)

    def _separate(self, at: Token) -> None:
        self.line_end = None
        self.in_region = self.after_by = False
        tokens = self.chunk.tokens
        while self.openers and not self.openers[-1].block:  # a `;` closes no bracket
            self.chunk.unclosed.append(self.openers.pop())
        if not self.openers:
            self._close_chunk()
        elif tokens[-1].type != "SEP" and not self._just_opened_block():
            tokens.append(Token.new_borrow_pos("SEP", at, at))

    def _just_opened_block(self) -> bool:
        return self.openers[-1].block and self.openers[-1].token is self.chunk.tokens[-1]

    def _close_chunk(self) -> None:
        if self.chunk.tokens:
            self.chunk.unclosed.extend(self.openers)
            self.out.chunks.append(self.chunk)
        self.chunk, self.openers = Chunk(), []
        self.line_end = None
        self.in_region = self.after_by = False

    def _type_here(self, token: Token, following: str) -> str:
        """The token's type, given where it stands."""
        kind, tokens = token.type, self.chunk.tokens
        previous = tokens[-1].type if tokens else ""
        if kind == "QUANTUM" and tokens:
            return "NAME"
        if kind == "STATE":
            in_block = bool(self.openers) and self.openers[-1].block
            opens = in_block and previous in ("LBRACE", "SEP") and tokens[0].type == "QUANTUM"
            return kind if opens and following not in _AFTER_NAMES else "NAME"
        if kind == "BY":
            self.after_by = previous != "DETERMINED"
        elif kind in ("EQUAL", "EXPECT", "STRING"):
            self.after_by = False
        elif kind == "LPAR" and previous == "NAME" and tokens[-1] == "P":
            tokens[-1].type = "PROB"
        elif kind in ("NUMBER", "PLUS", "MINUS") and previous == "TO" and self._in_geometry():
            tokens[-1].type = "UPTO"
        if kind in ("AT", "ON"):
            self.in_region = True
        elif kind == "STRING":
            self.in_region = False
        if kind in GEOMETRY and not self._in_geometry():
            return "NAME"
        if kind in RULE_WORDS and not self.after_by:
            return "NAME"
        if kind == "COMMON":
            opens = previous == "COLON" and tokens[0].type == "ASSUME"
            return kind if opens and following == "CAUSES" else "NAME"
        if kind == "CAUSES" and previous != "COMMON":
            return "NAME"
        return kind

    def _in_geometry(self) -> bool:
        inside = bool(self.openers) and self.chunk.tokens[0].type == "SPACETIME"
        return inside or self.in_region

    def _brackets(self, token: Token) -> None:
        kind, tokens = token.type, self.chunk.tokens
        if kind in ("LPAR", "LSQB", "LBRACE", "SUBSCRIPT"):
            values = bool(tokens) and tokens[-1].type in _BEFORE_VALUES
            closes_with = "LBRACE" if kind == "SUBSCRIPT" else kind
            self.openers.append(Opener(token, closes_with, kind == "LBRACE" and not values))
        elif kind in _CLOSERS:
            self._close(_CLOSERS[kind])

    def _close(self, kind: str) -> None:
        """Pop to the partner of a closing bracket; a `)` never closes past a block brace."""
        deepest = max(0, len(self.openers) - MAX_UNCLOSED)
        for k in range(len(self.openers) - 1, deepest - 1, -1):
            if self.openers[k].kind == kind:
                if self.openers[k].block:
                    self._end_block()
                self.chunk.unclosed.extend(self.openers[k + 1 :])
                del self.openers[k:]
                return
            if self.openers[k].block:
                return

    def _end_block(self) -> None:
        self.in_region = self.after_by = False
        if self.chunk.tokens[-1].type == "SEP":
            self.chunk.tokens.pop()

    def _check(self, token: Token) -> None:
        if token.type == "NUMBER" and len(token) > MAX_DIGITS:
            self._report(
                token,
                "E116",
                f"this number has {len(token)} digits",
                f"at most {MAX_DIGITS} digits",
            )
        elif token.type == "NAME" and len(token) > MAX_NAME:
            self._report(
                token,
                "E122",
                f"this name has {len(token)} characters",
                f"at most {MAX_NAME} characters",
            )
        elif token.type == "NAME" and "\\" in token:
            try:
                canonical(str(token))
            except UnknownCommand as problem:
                self._report(
                    token,
                    "E120",
                    f"`{_short(str(problem))}` is not a Greek letter",
                    "unknown LaTeX command",
                )

    def _report(self, token: Token, code: str, message: str, label: str) -> None:
        where = span_of(token)
        self.out.diagnostics.append(Diagnostic(Severity.ERROR, code, message, where, label))


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
