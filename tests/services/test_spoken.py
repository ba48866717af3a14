from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce import default_bank
from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.rubric import Rubric
from vivavoce.core.speech import Speech
from vivavoce.services.grader import Grader
from vivavoce.services.spoken import grade_recording
from vivavoce.testing import ScriptedTranscriber
from vivavoce.wiring import load_calibration

SAID = "high bias means that the model is too simple so it underfits the data"


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    found = default_bank().get("bias-variance")
    assert found
    return found


@pytest.fixture(scope="module")
def grader(minilm: OnnxMiniLM) -> Grader:
    return Grader(minilm, None, load_calibration(), version="test")


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    path = tmp_path / "answer.wav"
    path.write_bytes(b"heard by a double")
    return path


def test_words_are_graded_and_evidence_has_times(
    rubric: Rubric, grader: Grader, audio: Path
) -> None:
    ears = ScriptedTranscriber(otherwise=SAID)
    grade, recorded = grade_recording(rubric, audio, ears, grader, candidate="Ana")
    assert isinstance(grade, Grade)
    assert (grade.answer.text, grade.answer.candidate) == (SAID, "Ana")
    found = [e for c in grade.criteria for e in c.evidence]
    assert found
    assert all(e.from_s is not None and e.to_s is not None for e in found)
    assert Results.of("x", grade, recorded).recording_of(grade.answer) == recorded
    length = recorded.delivery.measure("length").value
    # 14 words, a step of 0.4 s each: 13 * 0.4 + 0.3 = 5.5 s.
    assert length == pytest.approx(5.5 / rubric.seconds, abs=0.001)


def test_the_recogniser_is_told_words_of_the_question_alone(
    rubric: Rubric, grader: Grader, audio: Path
) -> None:
    ears = ScriptedTranscriber(otherwise=SAID)
    grade_recording(rubric, audio, ears, grader)
    (told,) = ears.hot_words
    assert told
    assert all(word in rubric.question for word in told.split())
    assert "underfits" not in told


def test_silence_is_ungraded(rubric: Rubric, grader: Grader, audio: Path) -> None:
    ears = ScriptedTranscriber(otherwise="")
    left, recorded = grade_recording(rubric, audio, ears, grader)
    assert isinstance(left, Ungraded)
    assert "microphone" in left.reason
    assert recorded.speech.words == ()


def test_the_same_words_earn_the_same_however_they_sound(
    rubric: Rubric, grader: Grader, audio: Path
) -> None:
    even = ScriptedTranscriber(otherwise=SAID)
    slow = ScriptedTranscriber({audio.name: _slowed(even.transcribe(audio))})
    quick_grade, quick = grade_recording(rubric, audio, even, grader)
    slow_grade, slowed = grade_recording(rubric, audio, slow, grader)
    assert isinstance(quick_grade, Grade)
    assert isinstance(slow_grade, Grade)
    assert slow_grade.total == quick_grade.total
    assert slowed.delivery.measure("pace").value != quick.delivery.measure("pace").value


def _slowed(speech: Speech) -> Speech:
    return speech.model_copy(
        update={
            "duration_s": speech.duration_s * 4,
            "words": tuple(
                w.model_copy(update={"from_s": w.from_s * 4, "to_s": w.to_s * 4})
                for w in speech.words
            ),
        }
    )
