"""Whether a transcript can be what was said: loops, pace, confidence and language.

Recognisers fail in known ways: they repeat a phrase over silence, put a minute's words into a
second, or write words that nobody said, and some say themselves how sure they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from vivavoce.core.answer import Answer, Segment, Span
from vivavoce.core.integrity import is_english
from vivavoce.core.text import FUNCTION_WORDS, tokenise
from vivavoce.core.transcript import Transcript

__all__ = ["LOW_CONFIDENCE", "checked", "heard_badly", "looped_share", "pace", "warnings_of"]

LOW_CONFIDENCE = 0.4
"""Below it a recogniser's word is more likely wrong than an examiner's doubt allows for."""
UNSURE_SHARE = 0.5
"""Share of words of low confidence from which an answer is not graded."""
NOTED_SHARE = 0.15
"""Share of them from which a person should look."""
LOOP_TIMES = 5
"""Times that a phrase stands in a row before it is a loop; a single word twice as often."""
LOOP_WORDS = 12
"""Words of the longest phrase that is looked for."""
LOOP_SHARE = 0.3
"""Share of an answer's words within loops from which it is not graded."""
FASTEST = 7.5
"""Words a second that nobody keeps up: 450 a minute, against 150 in conversation."""
PACE_WORDS = 20
"""Words below which a pace says nothing, because cue times are rough."""
LEAST_S = 0.5
WORD = re.compile(r"\S+")


def checked(answer: Answer) -> Answer:
    """The answer with `unreadable` where its words cannot be what was said, and with notes."""
    unreadable = next(_refusals(answer), "")
    notes = tuple(_notes(answer))
    if not unreadable and not notes:
        return answer
    return answer.model_copy(update={"unreadable": unreadable, "notes": (*answer.notes, *notes)})


def warnings_of(transcript: Transcript) -> tuple[str, ...]:
    """What makes a whole transcript doubtful; () for a sound one."""
    text = " ".join(turn.text for turn in transcript.turns)
    out: list[str] = []
    if not is_english(text):
        out.append("It does not read as English, the only language graded offline.")
    if looped_share(text) >= LOOP_SHARE:
        out.append("Much of it is one phrase over and over: the recogniser went into a loop.")
    share = _unsure_share((turn.segments, turn.text) for turn in transcript.turns)
    if share is not None and share >= UNSURE_SHARE:
        out.append(f"The recogniser was unsure of {share:.0%} of the words.")
    return tuple(out)


def heard_badly(answer: Answer, span: Span) -> bool:
    """Whether a word that carries content, within the span, was recognised with low confidence.

    A wrong claim that rests on such a word may never have been made.
    """
    return any(
        segment.confidence is not None
        and segment.confidence < LOW_CONFIDENCE
        and any(word not in FUNCTION_WORDS for word in tokenise(_within(answer, segment, span)))
        for segment in answer.segments
        if segment.start < span.end and span.start < segment.end
    )


def looped_share(text: str) -> float:
    """Share of the words, 0..1, that repeat the phrase before them for the fifth time or more."""
    words = tokenise(text)
    looped = bytearray(len(words))
    for size in range(1, min(LOOP_WORDS, len(words) // LOOP_TIMES) + 1):
        times = LOOP_TIMES * (2 if size == 1 else 1)
        run = 0
        for i in range(size, len(words)):
            run = run + 1 if words[i] == words[i - size] else 0
            if run >= size * (times - 1):
                looped[i - run - size + 1 : i + 1] = b"\x01" * (run + size)
    return sum(looped) / len(words) if words else 0.0


def pace(segments: Sequence[Segment], text: str) -> float | None:
    """Words a second while speaking; None where times are unknown or the words too few."""
    words, spoken = 0, 0.0
    for segment in segments:
        if segment.from_s is not None and segment.to_s is not None:
            words += len(WORD.findall(text[segment.start : segment.end]))
            spoken += max(0.0, segment.to_s - segment.from_s)
    if words < PACE_WORDS:
        return None
    return words / max(spoken, LEAST_S)


def _refusals(answer: Answer) -> Iterator[str]:
    if looped_share(answer.text) >= LOOP_SHARE:
        yield "The transcript repeats one phrase over and over: the recogniser went into a loop."
    speed = pace(answer.segments, answer.text)
    if speed is not None and speed > FASTEST:
        yield (
            f"The transcript has {speed:.0f} words a second, more than anyone speaks: its times "
            "or its words are wrong."
        )
    share = _unsure_share([(answer.segments, answer.text)])
    if share is not None and share >= UNSURE_SHARE:
        yield (
            f"The recogniser was unsure of {share:.0%} of the words. Transcribe the recording "
            "again, or correct the transcript."
        )


def _notes(answer: Answer) -> Iterator[str]:
    share = _unsure_share([(answer.segments, answer.text)])
    if share is not None and NOTED_SHARE <= share < UNSURE_SHARE:
        yield f"The recogniser was unsure of {share:.0%} of the words."


def _unsure_share(spoken: Iterable[tuple[Sequence[Segment], str]]) -> float | None:
    """Share of words of low confidence; None where no word carries one."""
    low = known = 0
    for segments, text in spoken:
        for segment in segments:
            if segment.confidence is not None:
                words = len(WORD.findall(text[segment.start : segment.end]))
                known += words
                low += words if segment.confidence < LOW_CONFIDENCE else 0
    return low / known if known else None


def _within(answer: Answer, segment: Segment, span: Span) -> str:
    return answer.text[max(segment.start, span.start) : min(segment.end, span.end)]
