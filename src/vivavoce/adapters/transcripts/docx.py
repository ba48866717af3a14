"""Word documents as Teams and Google Meet export transcripts: paragraphs and tables as lines."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vivavoce.adapters.transcripts.decoding import clean
from vivavoce.errors import AnswerFileError, MissingExtraError

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["is_docx", "text_of"]

MAGIC = b"PK\x03\x04"
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes that the parts of a document may unpack to; a small file can unpack to gigabytes."""


def is_docx(data: bytes) -> bool:
    """Whether bytes are a Word document, told by its parts."""
    if not data.startswith(MAGIC):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return any(part.startswith("word/") for part in parts.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def text_of(name: str, data: bytes) -> str:
    """The document's lines, those of tables with a colon after the cell that names the speaker.

    Raises:
        AnswerFileError: the document is damaged, locked or unpacks to too much.
        MissingExtraError: python-docx is not installed.
    """
    try:
        import docx
    except ImportError as exc:
        raise MissingExtraError("python-docx", "documents") from exc
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MOST_UNPACKED:
            raise AnswerFileError(
                f"{name}: unpacks to {unpacked // 1024**2} MB; is it really a transcript?"
            )
        lines = list(_lines(docx.Document(io.BytesIO(data))))
    except AnswerFileError:
        raise
    # A damaged package fails deep inside python-docx, lxml or zlib with errors of any kind.
    except Exception as exc:
        raise AnswerFileError(
            f"{name}: not a readable Word document ({type(exc).__name__}); open it in Word and "
            "save it again, or as plain text"
        ) from exc
    return clean("\n".join(lines))


def _lines(document: Document) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # Merged cells are listed once for each column they cover.
                cells = list(dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells))
                yield _row([cell for cell in cells if cell])
        else:
            yield from block.text.split("\n")


def _row(cells: list[str]) -> str:
    """`time | name | words` as `time name: words`."""
    if len(cells) < 2:  # noqa: PLR2004
        return " ".join(cells)
    return f"{' '.join(cells[:-1]).rstrip(':')}: {cells[-1]}"
