"""Bytes of a text file to clean text: encodings, limits, and refusals that say what to do."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from vivavoce.errors import AnswerFileError

__all__ = [
    "MAX_BYTES",
    "Encoding",
    "EncodingGuess",
    "clean",
    "excerpt",
    "read_bytes",
    "read_text",
    "refuse_binary",
    "text_of",
    "trouble",
]

MAX_BYTES = 20 * 1024 * 1024
"""Largest file that is read as a whole."""
HEAD = 8192
"""Bytes at the start of a file that are looked at for its kind."""
BINARY_SHARE = 0.05
"""Share of control characters from which a file is taken as binary."""

# The longer marks first: that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word, Excel or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"RIFF", "an audio or video file"),
    (b"ID3", "an audio file"),
    (b"OggS", "an audio file"),
    (b"fLaC", "an audio file"),
)
CONTROL_BYTES = frozenset(range(32)) - frozenset(b"\t\n\x0c\r\x1b") | {127}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATES = re.compile(r"[\ud800-\udfff]")


class Encoding(NamedTuple):
    """A codec and how it treats bytes that it cannot read."""

    name: str
    errors: str = "strict"


class EncodingGuess:
    """Tells an encoding from bytes that are fed chunk by chunk.

    A byte-order mark decides. Without one it is UTF-8, also where a few bytes of it are broken,
    unless there are more broken bytes than characters beyond ASCII: then Windows-1252.
    """

    def __init__(self) -> None:
        self._marked: str | None = None
        self._started = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._broken = 0
        self._beyond_ascii = 0

    def feed(self, chunk: bytes) -> None:
        """Looks at the next bytes; the first chunk must hold the file's first four."""
        if not self._started:
            self._started = True
            self._marked = next((name for mark, name in MARKS if chunk.startswith(mark)), None)
        if self._marked is None:
            self._count(self._decoder.decode(chunk))

    def result(self) -> Encoding:
        """The encoding of all that was fed."""
        if self._marked is not None:
            return Encoding(self._marked, "replace")
        self._count(self._decoder.decode(b"", final=True))
        if not self._broken:
            return Encoding("utf-8")
        whole = self._beyond_ascii > self._broken
        return Encoding("utf-8" if whole else "cp1252", "replace")

    def _count(self, text: str) -> None:
        if not text.isascii():
            broken = text.count("\ufffd")
            self._broken += broken
            self._beyond_ascii += sum(character > "\x7f" for character in text) - broken


def read_text(path: Path) -> str:
    """The whole file as clean text (see `clean`).

    Raises:
        AnswerFileError: the file is missing, a folder, unreadable, empty, binary or larger
            than `MAX_BYTES`.
    """
    return text_of(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The whole file.

    Raises:
        AnswerFileError: the file is missing, a folder, unreadable or larger than `MAX_BYTES`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as exc:
        raise trouble(path, exc) from exc
    if len(data) > MAX_BYTES:
        raise AnswerFileError(
            f"{path}: larger than {MAX_BYTES // 1024**2} MB; split it into smaller files"
        )
    return data


def text_of(path: Path, data: bytes) -> str:
    """A file's bytes as clean text (see `clean`).

    Raises:
        AnswerFileError: they are none, or those of a binary file; names `path`.
    """
    refuse_binary(path, data[:HEAD])
    guess = EncodingGuess()
    guess.feed(data)
    encoding = guess.result()
    text = data.decode(encoding.name, encoding.errors)
    if "\x00" in text:
        raise AnswerFileError(f"{path}: not a text file (it holds NUL); save it as UTF-8 text")
    text = clean(text)
    if not text.strip():
        raise AnswerFileError(f"{path}: the file is empty")
    return text


def trouble(path: Path, exc: OSError | ValueError) -> AnswerFileError:
    """What opening a file failed with, in words."""
    if isinstance(exc, FileNotFoundError):
        return AnswerFileError(f"{path}: no such file")
    if isinstance(exc, IsADirectoryError) or path_is_folder(path):
        return AnswerFileError(f"{path}: is a folder; name a file in it")
    if isinstance(exc, PermissionError):
        return AnswerFileError(f"{path}: not permitted to read it; check its access rights")
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return AnswerFileError(f"{path}: cannot be read ({reason})")


def path_is_folder(path: Path) -> bool:
    """Whether it is a folder; False also where nothing can be found out."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def refuse_binary(path: Path, head: bytes) -> None:
    """Raises AnswerFileError when a file's first bytes are not those of text."""
    for magic, kind in KINDS:
        if head.startswith(magic):
            raise AnswerFileError(f"{path}: this is {kind}; export it as plain UTF-8 text")
    if any(head.startswith(mark) for mark, _ in MARKS):
        return
    controls = sum(byte in CONTROL_BYTES for byte in head)
    if 0 in head or controls > BINARY_SHARE * len(head):
        raise AnswerFileError(f"{path}: not a text file; save it as UTF-8 text")


def clean(text: str) -> str:
    """NFC, line ends as newlines, other control characters but tabs as spaces."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROLS.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", SURROGATES.sub("\ufffd", text))
    return text


def excerpt(text: str, length: int = 60) -> str:
    """The beginning of a text, quoted for a message, control characters escaped."""
    return repr(text if len(text) <= length else text[: length - 3] + "...")
