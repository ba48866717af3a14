from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

ANSWER = (
    "A hash function turns the key into an index of an array of buckets, so a lookup takes "
    "constant time on average and linear time when many keys collide. Collisions are handled by "
    "chaining or probing."
)
HOSTILE = (
    "A hash function maps keys to buckets [bold red]loud[/bold red] [/nonsense] "
    "[link=https://evil.example]x[/link] \x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J \u202eback."
)
SPANISH = (
    "Una tabla de dispersión guarda las claves con una función que calcula el índice del cubo, "
    "por lo que la búsqueda es constante cuando no hay muchas colisiones entre las claves."
)


def total(ran):
    assert ran.status == 0, ran
    return ran.json["grades"][0]["total"]


@pytest.mark.parametrize(
    "question",
    [
        "hash-table",
        "What is a hash table?",
        "what is a HASH table",
        "explain to me what a hash table is",
    ],
)
def test_a_question_is_found_by_id_and_wording(viva, question):
    found = viva("grade", question, ANSWER, "--json")
    assert found.status == 0, found
    assert found.json["grades"][0]["question_id"] == "hash-table"


def test_a_question_is_found_by_its_number(viva):
    shown = viva("bank", "show", "hash-table", "--json").json
    by_number = viva("grade", shown["number"], ANSWER, "--json")
    assert by_number.json["grades"][0]["question_id"] == "hash-table"


def test_argument_dash_stdin_and_file_give_the_same_grade(viva, tmp_path):
    file = tmp_path / "answer.txt"
    file.write_text(ANSWER, encoding="utf-8")
    expected = total(viva("grade", "hash-table", ANSWER, "--json"))
    assert expected > 0
    assert total(viva("grade", "hash-table", "-", "--json", stdin=ANSWER)) == expected
    assert total(viva("grade", "hash-table", "--json", stdin=ANSWER)) == expected
    from_file = viva("grade", "hash-table", "-f", file, "--json")
    assert total(from_file) == expected
    assert from_file.json["grades"][0]["answer"]["source"] == str(file)


def test_json_has_the_documented_shape(viva):
    found = viva("grade", "hash-table", ANSWER, "--candidate", "Ana", "--json").json
    assert set(found) == {"schema", "title", "grades", "ungraded", "alignments"}
    assert found["schema"] == "vivavoce.results/1"
    assert found["ungraded"] == found["alignments"] == []
    grade = found["grades"][0]
    assert set(grade) == {
        *("question_id", "question", "answer", "total", "interval", "criteria"),
        *("misconceptions", "flags", "review", "feedback", "signature", "needs_review"),
    }
    assert grade["answer"]["candidate"] == "Ana"
    assert 0 <= grade["interval"]["low"] <= grade["total"] <= grade["interval"]["high"] <= 100
    evidence = [e for c in grade["criteria"] for e in c["evidence"]]
    assert evidence
    assert all(ANSWER[e["start"] : e["end"]] == e["quote"] for e in evidence)


def test_the_terminal_shows_score_criteria_and_signature(viva):
    shown = viva("grade", "hash-table", ANSWER)
    assert shown.status == 0
    assert "of 100" in shown.out
    assert "Criteria" in shown.out
    assert "embedder:machine-learning@" in shown.out.replace("\n", "")
    assert shown.err == ""


def test_an_empty_answer_is_graded_zero(viva):
    grade = viva("grade", "hash-table", "", "--json").json["grades"][0]
    assert (grade["total"], grade["flags"]) == (0.0, ["empty"])


def test_unknown_questions_are_a_usage_mistake_that_names_the_nearest(viva):
    assert "Nearest:" in viva("grade", "how do I bake bread", ANSWER).refused(2)
    assert "9999" in viva("grade", "9999", ANSWER).refused(2)
    assert "No question was given" in viva("grade", " ", ANSWER).refused(2)


def test_usage_mistakes_are_named(viva, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text(ANSWER, encoding="utf-8")
    assert "not both" in viva("grade", "hash-table", ANSWER, "-f", file).refused(2)
    assert "'.docx'" in viva("grade", "hash-table", ANSWER, "-o", "x.docx").refused(2)
    assert "no such folder" in viva("grade", "hash-table", ANSWER, "-o", "no/x.md").refused(2)
    assert "telepathy" in viva("grade", "hash-table", ANSWER, "--embedder", "telepathy").refused(2)
    viva("grade", "hash-table", ANSWER, "--fail-under", "101").refused(2)
    viva("grade", "hash-table", ANSWER, "--no-such-option").refused(2)
    assert not (tmp_path / "x.docx").exists()


def test_an_answer_of_5_mb_is_refused_with_its_length(viva, tmp_path):
    told = viva("grade", "hash-table", "-", stdin="hash " * 1_000_000).refused(1)
    assert "5,000,000 characters" in told
    file = tmp_path / "long.txt"
    file.write_text("hash " * 1_000_000)
    assert "long.txt" in viva("grade", "hash-table", "-f", file).refused(1)


def test_what_cannot_be_read_is_left_ungraded_and_is_no_zero(viva):
    found = viva("grade", "hash-table", "-", "--json", stdin=SPANISH)
    assert found.status == 3, found.err
    assert found.json["grades"] == []
    assert found.json["ungraded"][0]["reason"]


def test_ungraded_says_why_on_the_terminal(viva):
    shown = viva("grade", "hash-table", SPANISH)
    assert shown.status == 3
    assert "English" in shown.out


def test_fail_under_decides_by_the_score(viva):
    scored = total(viva("grade", "hash-table", ANSWER, "--json"))
    assert viva("grade", "hash-table", ANSWER, "--fail-under", scored).status == 0
    assert viva("grade", "hash-table", ANSWER, "--fail-under", 100).status == 4


def test_reports_are_written_beside_what_is_printed(viva, tmp_path):
    files = [tmp_path / f"r.{ending}" for ending in ("html", "md", "json", "jsonl", "csv")]
    options = [part for file in files for part in ("-o", file)]
    shown = viva("grade", "hash-table", ANSWER, "--json", *options)
    assert shown.status == 0
    assert shown.json["grades"]
    assert [line for line in shown.err.splitlines() if line.startswith("Wrote ")] == [
        f"Wrote {file}" for file in files
    ]
    texts = {file.suffix: file.read_text(encoding="utf-8") for file in files}
    assert texts[".html"].lower().startswith("<!doctype html>")
    assert texts[".md"].startswith("# ")
    assert texts[".json"] == shown.out
    assert texts[".jsonl"].count("\n") == 1
    assert next(csv.DictReader(texts[".csv"].splitlines()))["question_id"] == "hash-table"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(file.name for file in files)


def test_offline_refuses_a_server(viva):
    # The suite's guard fails the test if a socket is opened all the same.
    said = viva("grade", "hash-table", ANSWER, "--offline", "--embedder", "openai:x").refused()
    assert "--offline" in said
    assert "openai:x" in said


def test_offline_grades_as_without(viva):
    plain = viva("grade", "hash-table", ANSWER, "--json")
    assert viva("grade", "hash-table", ANSWER, "--json", "--offline").out == plain.out


def test_a_missing_file_a_folder_a_binary_and_an_empty_file_are_refused(viva, tmp_path):
    binary, empty = tmp_path / "answer.bin", tmp_path / "empty.txt"
    binary.write_bytes(bytes(range(256)) * 20)
    empty.touch()
    for path in (tmp_path / "nowhere.txt", tmp_path, binary, empty):
        said = viva("grade", "hash-table", "-f", path).refused()
        assert str(path) in said
        assert said.count("Error:") == 1


def test_bytes_that_are_no_text_are_refused_on_stdin(viva):
    assert "UTF-8" in viva("grade", "hash-table", stdin=b"\xff\xfe\x00\x81 answer").refused(1)


def test_nothing_escapes_to_a_stream_that_is_no_terminal(viva):
    for args in (("grade", "hash-table", ANSWER), ("bank", "list"), ("bank", "show", "l1-l2")):
        ran = viva(*args, env={"NO_COLOR": "1"})
        assert ran.status == 0
        assert "\x1b" not in ran.out + ran.err
        assert viva(*args).out == ran.out


def test_no_colour_holds_no_colour_where_a_terminal_is_forced(viva):
    coloured = viva("grade", "hash-table", ANSWER, env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert "\x1b[32m" in coloured.out or "\x1b[36m" in coloured.out, "the control has no colour"
    plain = viva(
        *("grade", "hash-table", ANSWER),
        env={"FORCE_COLOR": "1", "TERM": "xterm", "NO_COLOR": "1"},
    )
    assert not any(f"\x1b[{n}m" in plain.out for n in (*range(30, 38), *range(90, 98)))


def test_a_hostile_answer_is_printed_as_text(viva):
    shown = viva("grade", "hash-table", "-", "--candidate", "[red]\x1b[2JMal", stdin=HOSTILE)
    assert shown.status == 0, shown.err
    assert "[red]" in shown.out
    assert not set("\x1b\x07\x9b\u202e") & set(shown.out + shown.err)
    record = viva("grade", "hash-table", "-", "--json", stdin=HOSTILE)
    assert not set("\x1b\x07\x9b\u202e") & set(record.out)
    assert record.json["grades"][0]["answer"]["text"] == HOSTILE


def test_a_hostile_question_is_printed_as_text(viva):
    said = viva("grade", "[red]\x1b[2J no such thing \x07", ANSWER).refused(2)
    assert "[red]" in said
    assert not set("\x1b\x07") & set(said)


# In a process of its own: what only the operating system shows.


def test_a_process_reads_stdin_and_writes_json(process):
    ran = process("grade", "hash-table", "--json", stdin=ANSWER.encode())
    assert total(ran) > 0
    assert ran.err == ""


def test_a_process_ends_with_the_right_status_and_no_traceback(process):
    process("grade", "no such thing at all", "x").refused(2)
    assert process("grade", "hash-table", SPANISH).status == 3
    assert process("grade", "hash-table", ANSWER, "--fail-under", "100").status == 4


def test_json_is_utf8_whatever_the_locale(process):
    quoted = ANSWER + " It’s O(1) — 😀 naïve."
    ran = process(
        *("grade", "hash-table", "--json"),
        stdin=quoted.encode(),
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert ran.status == 0, ran.err
    assert ran.json["grades"][0]["answer"]["text"] == quoted


def test_a_locale_without_the_characters_costs_no_grade(process):
    ran = process(
        *("grade", "hash-table", "-", "--candidate", "Zoë"),
        stdin=ANSWER.encode(),
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert ran.status == 0, ran.err
    assert "of 100" in ran.out


@pytest.mark.skipif(os.name == "nt", reason="arguments are text there")
def test_an_argument_that_is_not_utf8_gives_no_traceback(process):
    ran = process("grade", "hash-table", ANSWER + " \udcff", "--json")
    assert ran.status == 0, ran.err
    assert ran.json["grades"][0]["answer"]["text"].endswith(" \ufffd")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-m", "vivavoce", "bank", "list", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        err = running.stderr.read().decode()
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


@pytest.mark.parametrize(
    ("said", "option"),
    [("answer.txt", "--file"), ("notes/My-Answer.DOCX", "--file"), ("/tmp/said.wav", "--audio")],
)
def test_a_file_in_the_answers_place_is_no_answer(viva, said, option):
    ran = viva("grade", "hash-table", said)
    assert ran.status == 2
    assert said in ran.err
    assert option in ran.err
    assert ran.out == ""


def test_an_answer_may_name_a_file(viva):
    ran = viva("grade", "hash-table", "I would read it from data.csv")
    assert ran.status == 0
