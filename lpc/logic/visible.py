r"""Text of others as it may be shown: what acts on a terminal, a reader or a build is escaped.

Titles, labels, notes, comments and names of files come from people whom nobody of us knows, and
reports go to terminals, pages and the logs of build servers. Every such text passes `visible` when
it is taken out of where it stands (`Text.shown` of the syntax tree, `Diagnostic`, names of files);
whoever writes a format then escapes what that format takes for its own, and nothing else.

Terms
-----
unseen character
    A control character (C0 with ESC, DEL, C1), a line or paragraph separator, what changes the
    direction of writing, what has no width, half of a surrogate pair (Python's stand-in for a byte
    of a file name that is not UTF-8). The joiners U+200C and U+200D, which spell words, are none.
workflow command
    What a build server obeys when it stands in a log: `::error …::` where a line starts, and
    `##[…]`, `##vso[…]` or `##teamcity[…]` anywhere.
"""

from __future__ import annotations

import re

_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
"""One unseen character, line ends included."""

# NB: a line may be broken at any blank, so that each word may come to start one.
_COMMAND = re.compile(r"(?:(?<!\S)|(?<=%0[AaDd])):(?=:(?! ))|#(?=#\w*\[)")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""The text in one line, unseen characters and workflow commands as escapes.

    >>> visible("red \x1b[31m"), visible("x\n::error::y"), visible("A ⊥ b")
    ('red \\x1b[31m', 'x\\n\\x3a:error::y', 'A ⊥ b')
    """
    return "".join(visible_letters(text)) if _is_suspect(text) else text


def visible_lines(text: str) -> str:
    r"""The same for text of several lines, which stay lines; tabs become blanks.

    >>> visible_lines("a\tb\n\x07")
    'a   b\n\\x07'
    """
    return "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))


def visible_letters(text: str) -> list[str]:
    """What each character of a text is shown as."""
    starts = {match.start() for match in _COMMAND.finditer(text)}
    return [
        escaped(letter) if k in starts or UNSEEN.match(letter) else letter
        for k, letter in enumerate(text)
    ]


def escaped(letter: str) -> str:
    r"""A character by its number, as Python and many others write it.

    >>> escaped("\x1b"), escaped("\u202e"), escaped("\U000e0041")
    ('\\x1b', '\\u202e', '\\U000e0041')
    """
    if letter in _SHORT:
        return _SHORT[letter]
    number = ord(letter)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def visible_json(text: str) -> str:
    r"""JSON text, unseen characters and workflow commands in its strings as escapes of JSON.

    Half of a surrogate pair, which many readers of JSON refuse, is shown as text.

    >>> print(visible_json('["\u202e", "##[error]", "\udcff"]'))
    ["\u202e", "\u0023#[error]", "\\udcff"]
    """
    found = UNSEEN.sub(_json_escape, text)
    return _COMMAND.sub(lambda match: f"\\u{ord(match[0]):04x}", found)


def _json_escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if match[0] == "\n":  # between the strings: inside of them it is escaped already
        return "\n"
    if 0xD800 <= number < 0xE000:
        return f"\\\\u{number:04x}"
    if number < 0x10000:
        return f"\\u{number:04x}"
    high, low = divmod(number - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _is_suspect(text: str) -> bool:
    return not text.isprintable() or "::" in text or "##" in text
