"""Settings to aligned transcripts, with a person's corrections where there are some."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vivavoce.errors import AnswerFileError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vivavoce.core.rubric import Bank
    from vivavoce.core.transcript import Alignment, Transcript
    from vivavoce.core.turn_map import MapRow
    from vivavoce.ports import Transcriber
    from vivavoce.services.bank_sentences import BankSentences

__all__ = ["Aligned", "align_with", "load_map", "read_as_transcript"]


class Aligned(NamedTuple):
    """A transcript and how it was read."""

    transcript: Transcript
    alignment: Alignment


def load_map(path: Path | None, inputs: Sequence[Path] = ()) -> Mapping[str, Sequence[MapRow]]:
    """Corrected rows by transcript; none without a file.

    Raises:
        AnswerFileError: the file is no map.
        SettingsError: two inputs have the name of one transcript in it.
    """
    if path is None:
        return {}
    from vivavoce.adapters.turn_maps import read_map

    rows = read_map(path)
    names = [one.name for one in inputs]
    twice = next((name for name in rows if names.count(name) > 1), None)
    if twice:
        raise SettingsError(f"{path}: several inputs are called {twice!r}; give them one by one.")
    return rows


def read_as_transcript(
    path: Path, format: str | None = None, listener: Callable[[], Transcriber] | None = None
) -> Transcript:
    """The transcript in a file; see `read_input`.

    Raises:
        AnswerFileError: it holds answers, or cannot be read.
    """
    from vivavoce.core.transcript import Transcript
    from vivavoce.wiring.objects import read_input

    read = read_input(path, format, listener)
    if not isinstance(read, Transcript):
        raise AnswerFileError(f"{path}: holds answers and no transcript; grade it with viva batch")
    return read


def align_with(
    transcript: Transcript,
    bank: Bank,
    sentences: BankSentences,
    *,
    interviewer: str | None = None,
    corrected: Mapping[str, Sequence[MapRow]] | None = None,
) -> Alignment:
    """The alignment that a person corrected where the map has the transcript, else a found one.

    Raises:
        InputError: a row of the map does not fit the transcript, or nobody is called so.
    """
    rows = (corrected or {}).get(transcript.name)
    if rows:
        from vivavoce.core.turn_map import realigned

        return realigned(transcript, rows, bank)
    from vivavoce.services.batch import align_transcript

    return align_transcript(transcript, bank, sentences, interviewer=interviewer)
