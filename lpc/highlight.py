"""A Pygments lexer for the language; Pygments finds it by its entry point once lpc is installed.

It runs the tokenizer of the language itself, so a word reserved in some places only (`past`, `t`,
`product`, `state` …) is coloured only there, and a word added to the grammar is a keyword at once.
`grammars/lpc.tmLanguage.json` does the same for editors, as closely as it can line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
    _TokenType,
)

SIGNS: dict[_TokenType, frozenset[str]] = {
    Comment.Single: frozenset({"COMMENT"}),
    Error: frozenset({"UNKNOWN", "OPEN_STRING", "DOUBLE_EQUAL"}),
    Name: frozenset({"NAME"}),
    Name.Builtin: frozenset({"PROB", "SUM", "INTEGRAL"}),
    Number: frozenset({"NUMBER"}),
    Operator: frozenset({
        "PERP", "BAR", "ARROW", "LE", "GE", "UNEQUAL", "STAR", "MINUS", "AMP", "TILDE", "ASSIGN",
        "DOTS", "EQUAL", "LESS", "GREATER", "PLUS", "SLASH",
    }),
    Operator.Word: frozenset({"AND", "OR", "XOR", "NOT", "MOD"}),
    Punctuation: frozenset({
        "COMMA", "COLON", "SEMICOLON", "LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE",
        "SUBSCRIPT",
    }),
    String: frozenset({"STRING"}),
    Whitespace: frozenset({"NEWLINE"}),
}  # fmt: skip
"""The terminals of the grammar that are no keywords, by the class they are shown as."""

_CLASS = {terminal: kind for kind, terminals in SIGNS.items() for terminal in terminals}


def token_class(terminal: str) -> _TokenType:
    """How a terminal of the grammar is shown: what is no sign, name or literal is a keyword.

    >>> token_class("PERP"), token_class("ENTAIL"), token_class("DERIVE")
    (Token.Operator, Token.Keyword, Token.Keyword.Declaration)
    """
    from lpc.language.layout import OPENING

    return _CLASS.get(terminal) or (Keyword.Declaration if terminal in OPENING else Keyword)


class LocalCausalityLexer(Lexer):
    """The language of local causality; plain "lpc" would be a language of multi-user dungeons."""

    name = "lpc (local causality)"
    aliases: ClassVar[list[str]] = ["local-causality", "lpc-proof"]
    filenames: ClassVar[list[str]] = ["*.lpc"]
    mimetypes: ClassVar[list[str]] = ["text/x-local-causality"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Places, classes and texts, which join to the text; what stands between tokens is space.

        >>> [t for _, _, t in LocalCausalityLexer().get_tokens_unprocessed("title  x☃")]
        ['title', '  ', 'x', '☃']
        """
        from lpc.language.reader import tokens

        done = 0
        for token in tokens(text):
            start = token.start_pos or 0
            if start > done:
                yield done, Whitespace, text[done:start]
            yield start, token_class(token.type), str(token)
            done = start + len(token)
        if done < len(text):
            yield done, Whitespace, text[done:]
