"""JSON of recognisers: Whisper, faster-whisper, WhisperX (diarised, words) and whisper.cpp."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from vivavoce.adapters.transcripts.cues import Cue, fold, to_turns
from vivavoce.adapters.transcripts.json_values import load, share, time_of
from vivavoce.core.answer import Segment
from vivavoce.core.transcript import Turn
from vivavoce.errors import AnswerFileError

__all__ = ["is_whisper", "parse", "turns_of"]

SEGMENTS = ("segments", "transcription")
"""Where the pieces stand: in Whisper and WhisperX, and in whisper.cpp."""
WORDS = ("word_segments", "words")
"""Where words stand that no segment holds."""
STRAY_WORDS = 1
"""Words given to another speaker amid a sentence that are taken as the diariser's slip."""


class _Word(NamedTuple):
    text: str
    speaker: str
    from_s: float | None
    to_s: float | None
    confidence: float | None


def is_whisper(text: str) -> bool:
    """Whether a text begins as the JSON of a recogniser does."""
    head = text.lstrip()[:100_000]
    return head.startswith("{") and any(f'"{key}"' in head for key in (*SEGMENTS, *WORDS))


def parse(name: str, text: str) -> tuple[Turn, ...]:
    """Turns of a recogniser's JSON, each word with its time and confidence where it has them.

    Raises:
        AnswerFileError: not JSON, or no list of segments or words in it.
    """
    found = load(name, text)
    records = found if isinstance(found, list) else _records(found)
    if records is None:
        raise AnswerFileError(
            f"{name}: no list of 'segments' in this JSON; export the recogniser's own JSON, "
            "as Whisper's --output_format json writes it"
        )
    return turns_of(records)


def turns_of(records: Sequence[object]) -> tuple[Turn, ...]:
    """Turns of segments as a recogniser lists them."""
    cues = [
        cue for n, one in enumerate(records, 1) if isinstance(one, dict) for cue in _cues(n, one)
    ]
    return to_turns(_without_silence(cues))


def _records(found: object) -> Sequence[object] | None:
    if not isinstance(found, dict):
        return None
    lists = {key: found.get(key) for key in (*SEGMENTS, *WORDS)}
    for key, one in lists.items():
        if isinstance(one, list) and one:
            return one if key in SEGMENTS else [{"words": one}]
    return None


def _cues(number: int, record: Mapping[str, object]) -> Iterator[Cue]:
    """The cues of a segment: one, or one for each run of words by one speaker."""
    speaker = _name(record.get("speaker"))
    start, end = _times(record)
    confidence = _confidence(record)
    listed = record.get("words")
    words = (
        [_word(w, speaker) for w in listed if isinstance(w, dict)]
        if isinstance(listed, list)
        else []
    )
    words = _without_strays([w for w in words if w.text])
    if not words:
        said = record.get("text", record.get("word"))
        text = fold(said) if isinstance(said, str) else ""
        yield Cue(speaker, text, start, end, number, confidence)
        return
    for who, run in groupby(words, key=lambda w: w.speaker):
        said_by = list(run)
        times = [t for w in said_by for t in (w.from_s, w.to_s) if t is not None]
        first, last = (times[0], times[-1]) if times else (start, end)
        yield Cue(
            who,
            " ".join(w.text for w in said_by),
            first,
            last,
            number,
            confidence,
            _segments(said_by, confidence),
        )


def _segments(words: Sequence[_Word], confidence: float | None) -> tuple[Segment, ...]:
    """Words as segments; one without times, such as a number, lies between its neighbours."""
    before = _last_known(w.to_s for w in words)
    after = _last_known(w.from_s for w in reversed(words))
    out: list[Segment] = []
    at = 0
    for i, word in enumerate(words):
        end = at + len(word.text)
        begins = word.from_s if word.from_s is not None else before[i]
        ends = word.to_s if word.to_s is not None else after[len(words) - 1 - i]
        sure = word.confidence if word.confidence is not None else confidence
        out.append(Segment(start=at, end=end, from_s=begins, to_s=ends, confidence=sure))
        at = end + 1
    return tuple(out)


def _last_known(times: Iterable[float | None]) -> list[float | None]:
    """For each place the nearest time before it; in one pass, for a file may hold 100,000 words."""
    out: list[float | None] = [None]
    for time in times:
        out.append(out[-1] if time is None else time)
    return out


def _word(record: Mapping[str, object], speaker: str) -> _Word:
    said = record.get("word", record.get("text"))
    start, end = _times(record)
    return _Word(
        "".join(fold(said).split()) if isinstance(said, str) else "",
        _name(record.get("speaker")) or speaker,
        start,
        end,
        share(record, "probability", "score", "confidence", "p"),
    )


def _without_strays(words: list[_Word]) -> list[_Word]:
    """Gives a single word amid another's to that one: diarisation wavers at word edges."""
    runs = [(who, list(run)) for who, run in groupby(words, key=lambda w: w.speaker)]
    out: list[_Word] = []
    for i, (who, run) in enumerate(runs):
        sides = {runs[i - 1][0], runs[i + 1][0]} if 0 < i < len(runs) - 1 else set()
        stray = len(run) <= STRAY_WORDS and len(sides) == 1
        name = next(iter(sides)) if stray else who
        out += [word._replace(speaker=name) for word in run]
    return out


def _times(record: Mapping[str, object]) -> tuple[float | None, float | None]:
    offsets = record.get("offsets")  # whisper.cpp: milliseconds
    if isinstance(offsets, dict):
        start, end = (time_of(offsets.get(key)) for key in ("from", "to"))
        start, end = (None if t is None else t / 1000 for t in (start, end))
    else:
        start, end = time_of(record.get("start")), time_of(record.get("end"))
    return start, end if start is None or end is None or end >= start else None


def _confidence(record: Mapping[str, object]) -> float | None:
    """Mean probability of a segment's tokens, from the mean of their logarithms."""
    mean = record.get("avg_logprob")
    if isinstance(mean, int | float) and not isinstance(mean, bool) and mean <= 0:
        return round(math.exp(mean), 4)
    return share(record, "confidence", "score", "probability")


def _name(value: object) -> str:
    return fold(value)[:100] if isinstance(value, str) else ""


def _without_silence(cues: Sequence[Cue]) -> list[Cue]:
    return [cue for cue in cues if any(c.isalnum() for c in cue.text)]
