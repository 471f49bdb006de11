"""Whether certificates say as data what a file says in words. Not trusted: it reads the language.

A verified certificate shows what its *data* say. Here the data are made anew from the file that
it names, without any search for proofs or countermodels, and must be the same: the item and its
words, the assumptions in scope and what each says, the goal, the values of variables, the parts of
composites, and the table of a model that the file itself describes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lpc.certificates.strict import CertificateError, read_json
from lpc.certificates.writing import Writer
from lpc.checker.context import Context
from lpc.checker.stated import Stated, stated
from lpc.language import load
from lpc.language.document import ModelClaim
from lpc.search.limits import Stopwatch

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that certificates are to be about.

    Raises: DocumentError where it is no document; OSError.
    """

    writer: Writer
    entries: tuple[tuple[Any, Stated], ...]
    met: set[Stated] = field(default_factory=set)
    """The items of which a certificate was seen that says what the file says."""

    @classmethod
    def read(cls, path: str, timeout: float | None) -> SourceFile:
        """The file, read and elaborated; `timeout` is that of one item."""
        document = load(path)
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        entries = tuple((entry, said) for entry in document.items for said in stated(entry))
        return cls(Writer(Context(document, Stopwatch(timeout)), digest), entries)

    def check(self, certificate: bytes) -> None:
        """Compare a certificate that has been verified.

        Raises: CertificateError with the first thing that differs.
        """
        data = read_json(certificate)
        if data["source"]["sha256"] != self.writer.digest:
            raise CertificateError("it is about another file, or another version of it")
        entry, said = self._entry(data)
        self.writer.context.watch.start()
        expected = {} if data["verdict"] == "undecided" else self._said(entry, said, data)
        for key in expected:
            if data[key] != expected[key]:
                raise CertificateError(f"its {key} as data is not what the file says there")
        self.met.add(said)

    def _entry(self, data: Json) -> tuple[Any, Stated]:
        """The item of the file that is meant."""
        item, source = data["item"], data["source"]
        own = (item["kind"], item["name"], item["index"], item["label"], source["line"])
        for entry, said in self.entries:
            if own == (said.kind, said.name, said.index, said.label, said.line):
                if source["text"] != said.statement:
                    raise CertificateError(f"in line {said.line} the file says {said.statement}")
                return entry, said
        raise CertificateError(f"the file states no such {own[0]} in line {own[4]}")

    def _said(self, entry: Any, said: Stated, data: Json) -> Json:
        """The parts of a certificate that the file settles."""
        found: Json = {"scope": list(said.scope)}
        found["assumptions"] = [self.writer.assumption(n) for n in said.scope]
        if isinstance(entry, ModelClaim):
            shown = self.writer.on_model(entry, data["verdict"])
            found |= {key: shown[key] for key in ("goal", "model")}
        else:
            found["goal"], _ = self.writer.goal(entry, said)
        declared = {**data, **found}
        return {**found, **{k: self.writer.closed(declared)[k] for k in ("values", "composites")}}
