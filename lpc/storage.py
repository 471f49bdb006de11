"""Files are written whole or not at all: beside their place first, then renamed into it.

On a full disk, in a place that may not be written, or at an interrupt the old file is there as it
was. Nothing else in the package writes to a user's files.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EISDIR
from pathlib import Path

PART = ".lpc-*.part"
"""How files are called that are not yet where they belong."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def replace(path: str | os.PathLike[str], data: bytes) -> None:
    """Put the data where the path leads; links are followed, and permissions kept.

    What is no regular file, such as a terminal, is written to as it is.
    Raises: OSError, and then the old file is unchanged.

    >>> from tempfile import mkdtemp
    >>> folder = mkdtemp()
    >>> replace(Path(folder, "x.lpc"), b"title")
    >>> os.listdir(folder), Path(folder, "x.lpc").read_bytes()
    (['x.lpc'], b'title')
    """
    if names_folder(path):
        raise OSError(EISDIR, os.strerror(EISDIR), str(path))
    if os.path.exists(path) and not os.path.isfile(path):
        # NB: before links are followed: those below /dev/fd lead to pipes, which have no path.
        Path(path).write_bytes(data)
        return
    target = Path(os.path.realpath(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise OSError(EACCES, os.strerror(EACCES), str(path))
    old = target.stat() if target.exists() else None
    beside = target.with_name(PART.replace("*", secrets.token_hex(8)))
    # NB: the name is chosen first, so that an interrupt at any place below finds it.
    try:
        handle = os.open(beside, _NEW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _hand_over(beside, old)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _hand_over(path: Path, old: os.stat_result | None) -> None:
    """Give a file the permissions of the one that it replaces, and its owner where that can be."""
    if old is not None and hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(path, old.st_uid, old.st_gid)
    os.chmod(path, old.st_mode & 0o7777 if old is not None else 0o666 & ~_umask())


def names_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a folder, there or not: `d.html/` is no file.

    >>> names_folder("d.html/"), names_folder("d.html")
    (True, False)
    """
    name = os.fspath(path)
    return name.endswith((os.sep, os.altsep or os.sep)) or os.path.isdir(name)


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Keep other processes that ask for the same folder waiting; whether the system can do that.

    Nothing is left behind, whatever way the process ends.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # not on every system
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            locked = True
        except OSError:  # nor on every disk
            locked = False
        yield locked
    finally:
        os.close(handle)


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
