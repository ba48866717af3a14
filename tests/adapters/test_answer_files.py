"""Answers from JSON Lines, JSON, CSV and TSV: good ones, bad lines, wrong files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vivavoce.adapters.answer_files import is_answers_file, read_answer_text, read_answers
from vivavoce.adapters.transcripts.decoding import clean
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.errors import AnswerFileError

EXAMPLES = Path(__file__).parents[2] / "examples"


def write(tmp_path: Path, name: str, data: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def outcomes(path: Path) -> list[tuple[str, str]]:
    """(text, "") of each answer and (source, reason) of each bad line."""
    return [
        (one.answer.source, one.reason) if isinstance(one, Ungraded) else (one.text, "")
        for one in read_answers(path)
    ]


def test_jsonl_fields_and_defaults(tmp_path: Path) -> None:
    lines = [
        {"question": "bias-variance", "answer": " It is\r\na trade-off. ", "id": 7, "extra": [1]},
        {"Question": 12, "ANSWER": "yes", "candidate": " Maya  Chen "},
    ]
    path = write(tmp_path, "a.jsonl", "\n\n".join(json.dumps(line) for line in lines))
    assert list(read_answers(path)) == [
        Answer(
            question="bias-variance",
            text=" It is\na trade-off. ",
            id="7",
            source="a.jsonl, line 1",
        ),
        Answer(
            question="12",
            text="yes",
            id="a.jsonl#3",
            candidate="Maya Chen",
            source="a.jsonl, line 3",
        ),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"question": "q", "answer": ', "not valid JSON (Expecting value at column 28)"),
        ('["q", "a"]', "expected an object with question and answer, found a list"),
        ('"q"', "found a string"),
        ('{"question": "q"}', "'answer' is missing"),
        ('{"question": "q", "answer": null}', "'answer' is missing"),
        ('{"answer": "a"}', "'question' is missing"),
        ('{"question": " ", "answer": "a"}', "'question' is empty"),
        ('{"question": "q", "answer": 4}', "'answer' must be text, not a number"),
        ('{"question": true, "answer": "a"}', "'question' must be text, not true or false"),
        ('{"question": "q", "answer": "a", "candidate": {}}', "'candidate' must be text"),
        ("[" * 100_000, "not valid JSON"),
        ('{"question": ' + "9" * 5000 + ', "answer": "a"}', "not valid JSON"),
        ('{"question": "q", "answer": "' + "x" * 2_000_000 + '"}', "longer than two million"),
    ],
    ids=range(13),
)
def test_a_bad_jsonl_line_is_ungraded_and_the_rest_goes_on(
    tmp_path: Path, line: str, reason: str
) -> None:
    good = '{"question": "q", "answer": "fine"}'
    found = outcomes(write(tmp_path, "a.jsonl", f"{good}\n{line}\n{good}\n"))
    assert [found[0], found[2]] == [("fine", "")] * 2
    assert found[1][0] == "a.jsonl, line 2"
    assert reason in found[1][1]


def test_bad_lines_before_the_first_answer_are_not_lost(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{\n{"question": "q", "answer": ""}\n')
    assert [source for source, _ in outcomes(path)] == ["a.jsonl, line 1", ""]


def test_what_could_be_read_of_a_bad_record_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'question,answer\nq,"x"\nq2,one, two\n')
    bad = list(read_answers(path))[1]
    assert isinstance(bad, Ungraded)
    assert (bad.answer.question, bad.answer.text) == ("q2", "one")
    assert bad.reason == "3 fields where the header has 2; quote the answer"


def test_a_file_without_any_answer_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"text": "x"}\nnope\n')
    with pytest.raises(AnswerFileError, match=r"none of the 2 records .*line 1: 'question' is mis"):
        list(read_answers(path))
    with pytest.raises(AnswerFileError, match="no answers in the file"):
        list(read_answers(write(tmp_path, "b.csv", "question,answer\n\n")))


def test_json_documents(tmp_path: Path) -> None:
    one = {"question": "q", "answer": "a"}
    assert outcomes(write(tmp_path, "a.json", json.dumps(one, indent=2))) == [("a", "")]
    listed = outcomes(write(tmp_path, "b.json", json.dumps([one, 3], indent=2)))
    assert listed[0] == ("a", "")
    assert listed[1][0] == "b.json, item 2"
    lines = write(tmp_path, "c.json", f"{json.dumps(one)}\n{json.dumps(one)}\n")
    assert outcomes(lines) == [("a", "")] * 2
    with pytest.raises(AnswerFileError, match=r"d\.json: not valid JSON .* at line 2 column 1"):
        list(read_answers(write(tmp_path, "d.json", "[1,\n")))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_dialects_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["Answer ", "QUESTION", "notes"], ['said "hé",\r\nthen; more|', "q1", "-"], ["", "q2"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = write(tmp_path, "a.csv", text.getvalue().encode(encoding))
    answers = list(read_answers(path))
    assert [(a.question, a.text, a.source) for a in answers if isinstance(a, Answer)] == [
        ("q1", 'said "hé",\nthen; more|', "a.csv, line 2"),
        ("q2", "", "a.csv, line 4"),
    ]


def test_tsv_keeps_commas(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", "question\tanswer\nq\tone, two\n")
    assert outcomes(path) == [("one, two", "")]


def test_missing_columns_name_what_was_found_and_wanted(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "\nid;text;Question\n1;x;q\n")
    with pytest.raises(AnswerFileError) as caught:
        read_answers(path)
    assert str(caught.value) == (
        f"{path}, line 2: the columns are 'id', 'text', 'Question'; "
        "needed are question and answer, optional candidate and id"
    )


def test_an_open_quotation_mark_costs_one_answer(tmp_path: Path) -> None:
    rows = 'question,answer\nq1,fine\nq2,"never closed\nq3,fine too\nq4,"closed"x\nq5,last\n'
    found = outcomes(write(tmp_path, "a.csv", rows))
    assert [text for text, reason in found if not reason] == ["fine", "fine too", "last"]
    bad = [(source, reason[:18]) for source, reason in found if reason]
    assert bad == [("a.csv, line 3", "a quotation mark i"), ("a.csv, line 5", "not valid CSV (','")]


def test_missing_fields_and_control_characters(tmp_path: Path) -> None:
    found = list(read_answers(write(tmp_path, "a.csv", "question,answer\nq,cafe\u0301\x07!\nq2\n")))
    assert isinstance(found[0], Answer)
    assert found[0].text == "café !"
    assert isinstance(found[1], Ungraded)
    assert found[1].reason == "'answer' is missing"


# Raw control characters make a file binary; they are tested by themselves.
SAID = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t\x85")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(SAID), min_size=1, max_size=6), st.booleans())
def test_written_answers_are_read_back(tmp_path: Path, said: list[str], escaped: bool) -> None:
    lines = [json.dumps({"question": "q", "answer": a}, ensure_ascii=escaped) for a in said]
    jsonl = list(read_answers(write(tmp_path, "a.jsonl", "\n".join(lines))))
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL)
    table.writerows([("question", "answer"), *(("q", a) for a in said)])
    rows = list(read_answers(write(tmp_path, "a.csv", text.getvalue())))
    for read in (jsonl, rows):
        assert [one.text for one in read if isinstance(one, Answer)] == [clean(a) for a in said]


def test_files_that_are_no_answers(tmp_path: Path) -> None:
    for name, data, message in [
        ("a.jsonl", b"", "the file is empty"),
        ("a.csv", b"PK\x03\x04zip", "Word, Excel or ZIP"),
        ("a.csv", b"question\0answer", "not a text file"),
    ]:
        with pytest.raises(AnswerFileError, match=message):
            read_answers(write(tmp_path, name, data))
    with pytest.raises(AnswerFileError, match="no such file"):
        read_answers(tmp_path / "absent.jsonl")
    with pytest.raises(AnswerFileError, match="is a folder"):
        read_answers(tmp_path)
    with pytest.raises(AnswerFileError, match="not a regular file"):
        read_answers(Path("/dev/null"))


def test_answer_text_keeps_all_but_line_ends_and_controls(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "  So,\r\n\tbias\x1b is\r\n\r\n")
    assert read_answer_text(path) == "  So,\n\tbias  is\n\n"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", "question,answer\n", True),
        ("a.tsv", "", True),
        ("a.jsonl", "{", True),
        ("a.json", '{"question": "q", "answer": "a"}', True),
        ("a.json", '[{"id": 1, "Answer" : "a", "question": "q"}]', True),
        ("a.json", '{"segments": [{"text": "x"}]}', False),
        ("a.txt", '{"question": "q", "answer": "a"}', True),
        ("a.txt", "Interviewer: question? answer!", False),
        ("a.vtt", "WEBVTT\n", False),
        ("a.md", "", False),
    ],
)
def test_answers_are_told_from_transcripts(
    tmp_path: Path, name: str, data: str, expected: bool
) -> None:
    assert is_answers_file(write(tmp_path, name, data)) is expected


def test_examples_hold_the_same_answers() -> None:
    jsonl = list(read_answers(EXAMPLES / "answers.jsonl"))
    table = list(read_answers(EXAMPLES / "answers.csv"))
    assert len(jsonl) == 12
    assert all(isinstance(one, Answer) for one in jsonl)
    assert [one.model_copy(update={"source": ""}) for one in table] == [
        one.model_copy(update={"source": ""}) for one in jsonl
    ]
    assert len({one.candidate for one in jsonl if isinstance(one, Answer)}) == 2
    assert is_answers_file(EXAMPLES / "answers.csv")
    assert not is_answers_file(EXAMPLES / "interview.txt")
    assert read_answer_text(EXAMPLES / "answer.txt").startswith("Yeah, so, um, bias")
