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
from lpc.logic.effort import EFFORT, Effort

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that certificates are to be about.

    Raises: DocumentError where it is no document; OSError.
    """

    writer: Writer
    entries: tuple[tuple[Any, Stated], ...]
    met: set[int] = field(default_factory=set)
    """Places in `entries` of the items that some certificate shows, as the file states them."""

    @classmethod
    def read(cls, path: str, timeout: float | None) -> SourceFile:
        """The file, read and elaborated; `timeout` is that of one item."""
        document = load(path)
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        entries = tuple((entry, said) for entry in document.items for said in stated(entry))
        return cls(Writer(Context(document, Effort(EFFORT, timeout)), digest), entries)

    def check(self, certificate: bytes) -> None:
        """Compare a certificate that has been verified.

        Raises: CertificateError with the first thing that differs.
        """
        data = read_json(certificate)
        if data["source"]["sha256"] != self.writer.digest:
            raise CertificateError("it is about another file, or another version of it")
        place = self._place(data)
        if data["verdict"] == "undecided":
            return
        self.writer.context.start()
        expected = self._said(*self.entries[place], data)
        for key in expected:
            if data[key] != expected[key]:
                raise CertificateError(f"its {key} as data is not what the file says there")
        self.met.add(place)

    def _place(self, data: Json) -> int:
        """Where the item that is meant stands in `entries`; of equal ones the first not met yet."""
        item, source = data["item"], data["source"]
        own = (item["kind"], item["name"], item["index"], item["label"], source["line"])
        there = {
            place: said.statement
            for place, (_, said) in enumerate(self.entries)
            if own == (said.kind, said.name, said.index, said.label, said.line)
        }
        found = [place for place, words in there.items() if words == source["text"]]
        if there and not found:
            words = " and ".join(there.values())
            raise CertificateError(f"in line {source['line']} the file says {words}")
        if not found:
            raise CertificateError(f"the file states no such {own[0]} in line {own[4]}")
        return min(found, key=lambda place: (place in self.met, place))

    def _said(self, entry: Any, said: Stated, data: Json) -> Json:
        """The parts of a certificate that the file settles."""
        found: Json = {"source": self.writer.source(said), "scope": list(said.scope)}
        named = any("states" in one.get("locality", {}) for one in data["assumptions"])
        found["assumptions"] = [self.writer.assumption(n, states=named) for n in said.scope]
        if isinstance(entry, ModelClaim):
            shown = self.writer.on_model(entry, data["verdict"])
            found |= {key: shown[key] for key in ("goal", "model")}
        else:
            goal = data["goal"] if isinstance(data["goal"], dict) else {}
            wide = "states" in goal.get("locality", {})
            found["goal"], _ = self.writer.goal(entry, said, states=wide)
        closed = self.writer.closed({**data, **found})
        return {**found, **{key: closed[key] for key in ("atoms", "values", "composites")}}
