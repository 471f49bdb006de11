"""Writing certificates below a folder, without touching what is not ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lpc.certificates import SCHEMA
from lpc.logic import LpcError
from lpc.storage import PART, alone, replace

_OURS = re.compile(r"\d{3,}-(step|rewrite|claim)(-[a-z0-9-]+)?\.(json|v|mm)")
# How a file of ours opens, by its ending.
STARTS = {
    ".json": f'{{\n"schema": "{SCHEMA}"'.encode(),
    ".v": f"(* {SCHEMA} in Coq *)".encode(),
    ".mm": b"$(\n  lpc.mm:",
}


class StoreError(LpcError):
    """Something that is not ours is in the way."""


class Store:
    """Folders of certificates below one folder, one for each file that was certified."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.taken: set[str] = set()

    def put(self, path: str, files: Iterable[tuple[str, bytes]]) -> Path:
        """Write the certificates of a file; those of an earlier run go.

        Processes that write the same folder do so one after the other.
        Raises: StoreError, before anything is written where something is in the way.
        """
        folder = self.root / self._name(path)
        if folder.is_symlink():
            raise StoreError(f"{folder} is a link, which is not followed")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with alone(folder) as locked:
                _put(folder, dict(files))
                for part in folder.glob(PART) if locked else ():
                    part.unlink(missing_ok=True)  # whose process was killed
        except OSError as error:
            raise StoreError(f"cannot write {folder}: {error.strerror}") from None
        return folder

    def _name(self, path: str) -> str:
        """The stem of the file; numbered when two files share it."""
        stem = re.sub(r"[^\w.-]", "_", Path(path).stem).strip(".") or "file"
        name, count = stem, 1
        while name in self.taken:
            count += 1
            name = f"{stem}-{count}"
        self.taken.add(name)
        return name


def _put(folder: Path, files: dict[str, bytes]) -> None:
    old = sorted(folder.iterdir())
    for file in old:
        if file.name in files and not _is_ours(file):
            raise StoreError(f"{file} is in the way: it is no certificate of ours")
    for name, data in files.items():
        try:
            replace(folder / name, data)
        except OSError as error:
            raise StoreError(f"cannot write {folder / name}: {error.strerror}") from None
    for file in old:  # NB: last, so that nothing is gone where there is no room for what is new
        if file.name not in files and _is_ours(file):
            file.unlink(missing_ok=True)


def _is_ours(file: Path) -> bool:
    """Whether a file may be replaced: it opens as ours do, or is empty."""
    if file.is_symlink() or not file.is_file() or not _OURS.fullmatch(file.name):
        return False
    start = STARTS[file.suffix]
    with file.open("rb") as stream:
        # NB: an empty file is what an interrupted run of an earlier version left.
        return stream.read(len(start)) in (start, b"")
