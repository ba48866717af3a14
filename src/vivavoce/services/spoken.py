"""A recording graded: heard, its words graded, its delivery measured beside."""

from __future__ import annotations

from pathlib import Path

from vivavoce.core.delivery import Bands, deliver
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.hot_words import hot_words
from vivavoce.core.results import Recorded
from vivavoce.core.rubric import Rubric
from vivavoce.ports import Transcriber
from vivavoce.services.grader import Grader

__all__ = ["grade_recording"]


def grade_recording(
    rubric: Rubric,
    audio: Path,
    transcriber: Transcriber,
    grader: Grader,
    *,
    candidate: str = "",
    source: str = "",
    bands: Bands | None = None,
) -> tuple[Grade | Ungraded, Recorded]:
    """The grade of the words that were heard, and the recording's own part.

    Where no words were heard the answer is left ungraded: a microphone that was off is no zero.

    Args:
        source: what the recording is called in the results; its path where empty.

    Raises:
        AnswerFileError: the file is no readable audio.
        BackendError: the recogniser or the embedder failed.
    """
    speech = transcriber.transcribe(audio, hot_words=hot_words(rubric.question))
    named = source or str(audio)
    answer = speech.answer(rubric.id, source=named).model_copy(update={"candidate": candidate})
    delivery = deliver(speech, seconds=rubric.seconds, bands=bands)
    recorded = Recorded(source=named, speech=speech, delivery=delivery)
    if not speech.words:
        reason = (
            f"No words were heard in {speech.duration_s:.0f} s of sound. Check that the "
            "microphone was on, and record it again."
        )
        return Ungraded(answer=answer, reason=reason), recorded
    return grader.grade(rubric, answer), recorded
