"""Whisper and WhisperX JSON, turns as JSON Lines and CSV, Word documents, text without labels."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vivavoce.adapters.answer_files import is_answers_file
from vivavoce.adapters.transcripts import FORMATS, read_transcript
from vivavoce.errors import AnswerFileError, VivaError

ASK, SAID = "What is recall?", "The share of positives found."
TURNS = [("Ann", ASK), ("Bob", SAID)]
WHISPERX = {
    "segments": [
        {"start": 1.0, "end": 2.0, "text": ASK, "speaker": "Ann", "avg_logprob": -0.1},
        {
            "start": 3.0,
            "end": 5.0,
            "text": "In 2023 it fell.",
            "words": [
                {"word": "In", "start": 3.0, "end": 3.2, "score": 0.9, "speaker": "Bob"},
                {"word": "2023", "speaker": "Bob"},
                {"word": "it", "start": 4.0, "end": 4.2, "score": 0.3, "speaker": "Bob"},
                {"word": "fell.", "start": 4.2, "end": 5.0, "score": 0.8, "speaker": "Bob"},
            ],
        },
    ]
}
JSONL = "\n".join(json.dumps({"speaker": s, "text": t, "start": 1}) for s, t in TURNS)
CSV = f"start,speaker,text\n0:01,Ann,{ASK}\n0:03,Bob,{SAID}\n"


def said(path: Path) -> list[tuple[str, str]]:
    return [(t.speaker, t.text) for t in read_transcript(path).turns]


def test_whisperx_words_keep_times_and_confidence_and_numerals_lie_between(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(WHISPERX))
    first, second = read_transcript(path).turns
    assert (first.speaker, first.text, second.speaker) == ("Ann", ASK, "Bob")
    assert first.segments[0].confidence == pytest.approx(0.9048)
    found = [
        (second.text[s.start : s.end], s.from_s, s.to_s, s.confidence) for s in second.segments
    ]
    assert found[1] == ("2023", 3.2, 4.0, None)
    assert found[2] == ("it", 4.0, 4.2, 0.3)


def test_plain_whisper_and_whisper_cpp(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"text": "x", "segments": [{"start": 0, "end": 1, "text": ASK}]}))
    assert said(path) == [("", ASK)]
    piece = {"offsets": {"from": 1500, "to": 2500}, "text": ASK}
    path.write_text(json.dumps({"transcription": [piece]}))
    (turn,) = read_transcript(path).turns
    assert (turn.text, turn.from_s, turn.to_s) == (ASK, 1.5, 2.5)


@pytest.mark.parametrize(("name", "content"), [("a.jsonl", JSONL), ("a.csv", CSV)])
def test_turns_as_records_are_no_answers(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert not is_answers_file(path)
    assert said(path) == TURNS
    assert read_transcript(path).turns[0].from_s == 1.0


@pytest.mark.parametrize("shape", ["teams", "meet", "table"])
def test_word_documents(tmp_path: Path, shape: str) -> None:
    document = docx.Document()
    if shape == "table":
        table = document.add_table(0, 2)
        for speaker, text in TURNS:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = speaker, text
    for at, (speaker, text) in enumerate(TURNS if shape != "table" else []):
        document.add_paragraph(
            f"{speaker}   0:0{at + 1}\n{text}" if shape == "teams" else f"{speaker}: {text}"
        )
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert said(path) == TURNS


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("word/document.xml", "<broken")
    with pytest.raises(AnswerFileError, match=r"a\.docx: not a readable Word document"):
        read_transcript(path)


def test_text_without_labels_is_read_by_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{ASK}\n\nThe share of\npositives found.\n")
    assert said(path) == [("", ASK), ("", SAID)]


def test_teams_names_above_the_words_and_footers(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    cue = "00:00:0{n}.000 --> 00:00:0{n}.900\n{who}\n{text}\n\n"
    path.write_text(
        "".join(cue.format(n=n, who=TURNS[n % 2][0], text=TURNS[n % 2][1]) for n in range(4))
    )
    assert said(path) == TURNS * 2
    path.write_text(f"Ann  0:01\n{ASK}\n\nBob  0:03\n{SAID}\n\nTranscribed by https://otter.ai\n")
    assert said(path) == TURNS


SEEDS = [json.dumps(WHISPERX).encode(), JSONL.encode(), CSV.encode(), b"PK\x03\x04word/x"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(SEEDS), st.integers(0, 400), st.integers(0, 20), st.binary(max_size=12))
def test_mutated_files_give_turns_or_an_error(
    tmp_path: Path, seed: bytes, at: int, cut: int, put: bytes
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(seed[:at] + put + seed[at + cut :])
    for form in (None, *FORMATS):
        try:
            assert read_transcript(path, format=form).turns
        except VivaError as error:
            assert str(path) in str(error)
