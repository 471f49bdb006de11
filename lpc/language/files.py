"""Reading files and texts; the parser itself is imported only when something is parsed."""

from __future__ import annotations

import os
from pathlib import Path

from lpc.language.document import Document
from lpc.logic import Diagnostic, LpcError, Severity, Span
from lpc.logic.visible import visible

MAX_BYTES = 5_000_000


class DocumentError(LpcError):
    """A file that cannot be checked as a whole; `diagnostics` say why, in order of place.

    `document` is what does not depend on anything wrong and can be checked, None where that is
    nothing; `unchecked` are messages about the steps and claims that do depend on it.
    """

    def __init__(
        self,
        diagnostics: tuple[Diagnostic, ...],
        source: str,
        path: str,
        document: Document | None = None,
    ) -> None:
        self.diagnostics = diagnostics
        self.source = source
        self.path = path
        self.document = document
        self.unchecked = document.unchecked if document is not None else ()
        first = diagnostics[0]
        place = f"{visible(path)}:{first.span.line}:{first.span.column}"
        more = f" (and {len(diagnostics) - 1} more)" if len(diagnostics) > 1 else ""
        super().__init__(f"{place}: error[{first.code}]: {first.message}{more}")

    def __reduce__(self) -> tuple[object, ...]:
        # NB: a document cannot be sent from one process to another; its text can.
        if self.document is not None:
            return _found_again, (self.source, self.path)
        return type(self), (self.diagnostics, self.source, self.path)


def parse(text: str, path: str = "<text>") -> Document:
    """The document a text means.

    Raises: DocumentError with all that is wrong with it, and with what can be checked all the same.

    >>> parse("variables { A ; a }").variables[0].name
    'A'
    >>> parse("assume X : positive A")
    Traceback (most recent call last):
    ...
    lpc.language.files.DocumentError: <text>:1:21: error[E201]: there is no variable `A`
    """
    from lpc.language.partial import salvage
    from lpc.language.reader import plain, read_tree

    source = plain(text)
    document, found = salvage(read_tree(source), source, path)
    if document is None or found.count:
        raise DocumentError(found.sorted(), source, path, document)
    return document


def _found_again(text: str, path: str) -> DocumentError:
    try:
        parse(text, path)
    except DocumentError as error:
        return error
    raise TypeError("a text with mistakes has them for ever")


def load(path: str | os.PathLike[str]) -> Document:
    """The document in a file.

    Raises: DocumentError, also where the file cannot be read.
    """
    return parse(read_source(path), os.fspath(path))


def format_text(text: str, path: str = "<text>") -> str:
    """The canonical print of a text: one spelling of names, one layout, comments kept.

    Raises: DocumentError where the text does not parse.

    >>> print(format_text("assume X:P(A|lambda_a)=P(A)"), end="")
    assume X : P(A | λ_a) = P(A)
    """
    from lpc.language.printer import print_file
    from lpc.language.reader import parse_tree, plain

    source = plain(text)
    tree, diagnostics = parse_tree(source, path)
    if tree is None:
        raise DocumentError(diagnostics, source, path)
    return print_file(tree)


def read_source(path: str | os.PathLike[str]) -> str:
    """The text of a file.

    Raises: DocumentError for what cannot be read, is too large or is not UTF-8.
    """
    name = os.fspath(path)
    try:
        # NB: a pipe that nobody writes to would be waited for; one given as /dev/fd/63 is meant.
        if Path(path).is_fifo() and not name.startswith("/dev/"):
            raise _failure("E102", "the file cannot be read: it is a pipe", name)
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise _failure("E102", f"the file cannot be read: {reason}", name) from None
    except ValueError:  # a NUL byte in the path
        raise _failure("E102", "the file cannot be read: not a valid path", name) from None
    if len(data) > MAX_BYTES:
        raise _failure("E103", f"the file has more than {MAX_BYTES} bytes", name)
    return _decoded(data, name)


def killed(name: str) -> DocumentError:
    """What is said of a file whose check ended with the process that ran it."""
    return _failure("E102", "the process that checked the file was killed", name)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8").removeprefix("\ufeff")
        before = before.replace("\r\n", "\n").replace("\r", "\n")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = f"the byte 0x{data[problem.start]:02X} is not UTF-8 text"
        diagnostic = Diagnostic(
            Severity.ERROR,
            "E101",
            message,
            Span(line, column, line, column + 1),
            "not UTF-8",
            "save the file as UTF-8",
        )
        source = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        raise DocumentError((diagnostic,), source, name) from None


def _failure(code: str, message: str, name: str) -> DocumentError:
    diagnostic = Diagnostic(Severity.ERROR, code, message, Span(1, 1, 1, 1))
    return DocumentError((diagnostic,), "", name)
