"""Uploads as files for as long as they are worked on, under names of our own."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vivavoce.errors import AnswerFileError, HistoryError

__all__ = ["ENDINGS", "kept_recording", "kept_text", "save_recording", "shown_name"]

ENDINGS = frozenset({".csv", ".json", ".jsonl", ".md", ".srt", ".tsv", ".txt", ".vtt"})
"""Of text files that are taken; what an upload is called decides nothing else."""
LONGEST_NAME = 120


@contextmanager
def kept_recording(content: bytes) -> Iterator[Path]:
    """A recording as a file that is gone afterwards."""
    with _kept(content, "recording", "The recording") as file:
        yield file


@contextmanager
def kept_text(content: bytes, name: str) -> Iterator[Path]:
    """A transcript or answers as a file that is gone afterwards.

    Args:
        name: as the browser calls it; only a known ending of it is used.
    """
    ending = Path(name).suffix.lower()
    with _kept(content, f"transcript{ending if ending in ENDINGS else '.txt'}", name) as file:
        yield file


def save_recording(content: bytes, folder: Path) -> Path:
    """A recording in the folder of recordings.

    Raises:
        HistoryError: it cannot be written there.
    """
    path = folder / f"{uuid.uuid4().hex}.audio"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(content)
    except OSError as exc:
        raise HistoryError(
            f"The folder of recordings cannot be written ({exc.strerror}); free some space or "
            "change its rights, and send the answer again."
        ) from exc
    return path


def shown_name(name: str) -> str:
    """A file's name without folders, fit to be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[:LONGEST_NAME] or "transcript"


@contextmanager
def _kept(content: bytes, name: str, called: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="viva-") as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        try:
            yield file
        except AnswerFileError as exc:
            # The temporary file's name says nothing to who sent it.
            raise AnswerFileError(str(exc).replace(str(file), called)) from exc
