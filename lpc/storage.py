"""Files are written whole or not at all: beside their place first, then renamed into it.

On a full disk, in a place that may not be written, or at an interrupt the old file is there as it
was. Nothing else in the package writes to a user's files.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from errno import EACCES, EISDIR
from pathlib import Path


def replace(path: str | os.PathLike[str], data: bytes) -> None:
    """Put the data where the path leads; links are followed, and permissions kept.

    What is no regular file, such as a terminal, is written to as it is.
    Raises: OSError, and then the old file is unchanged.

    >>> folder = tempfile.mkdtemp()
    >>> replace(Path(folder, "x.lpc"), b"title")
    >>> os.listdir(folder), Path(folder, "x.lpc").read_bytes()
    (['x.lpc'], b'title')
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OSError(EISDIR, os.strerror(EISDIR), str(path))
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise OSError(EACCES, os.strerror(EACCES), str(path))
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".lpc-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def same_file(path: str | os.PathLike[str], others: Iterable[str | os.PathLike[str]]) -> bool:
    """Whether a path leads to one of some files, by whatever name."""
    try:
        return any(os.path.samefile(path, other) for other in others if os.path.exists(other))
    except OSError:
        return False


def _umask() -> int:
    # NB: it can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
