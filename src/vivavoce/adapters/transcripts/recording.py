"""Recorded interviews: what a recogniser hears, as turns without names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from vivavoce.adapters.audio_files import HEAD, kind_of
from vivavoce.adapters.transcripts.whisper import turns_of
from vivavoce.core.speech import Word
from vivavoce.core.transcript import Transcript
from vivavoce.errors import AnswerFileError
from vivavoce.ports import Transcriber

__all__ = ["is_recording", "transcribed"]

PAUSE_S = 1.0
"""Silence after which something else may be said by somebody else."""
ENDS = (".", "?", "!")
# UTF-16 text begins with bytes that could be a frame of MPEG audio.
MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_recording(path: Path) -> bool:
    """Whether a file begins as a recording does; its name does not count."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return not head.startswith(MARKS) and kind_of(head) is not None


def transcribed(path: Path, transcriber: Transcriber) -> Transcript:
    """A recording's words, each with its time and how sure the recogniser was.

    Raises:
        AnswerFileError: it cannot be read, or nobody speaks in it.
        TranscriberError: the recogniser failed.
    """
    words = transcriber.transcribe(path).words
    turns = turns_of([_record(sentence) for sentence in _sentences(words)])
    if not turns:
        raise AnswerFileError(f"{path}: nobody is heard to say anything in this recording")
    return Transcript(name=path.name, turns=turns)


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words up to a sentence's end or a pause."""
    some: list[Word] = []
    for word in words:
        if some and (some[-1].text.endswith(ENDS) or word.from_s - some[-1].to_s >= PAUSE_S):
            yield some
            some = []
        some.append(word)
    if some:
        yield some


def _record(words: Sequence[Word]) -> dict[str, object]:
    """A segment as Whisper's own JSON has it."""
    listed = [
        {"word": w.text, "start": w.from_s, "end": w.to_s, "probability": w.probability}
        for w in words
    ]
    return {"start": words[0].from_s, "end": words[-1].to_s, "words": listed}
