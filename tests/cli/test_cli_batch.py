from __future__ import annotations

import json
import shutil

import pytest

BROKEN_VTT = "WEBVTT\n\nsoon --> 00:00:04.000\nInterviewer: What is a hash table?\n"
GOOD = {"question": "hash-table", "answer": "It maps a key to a bucket with a hash function."}


def lines(*records):
    return "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records)


def totals(ran):
    return {g["question_id"]: g["total"] for g in ran.json["grades"]}


def test_an_interview_gets_the_same_grades_in_every_format(viva, examples):
    found = {}
    for ending in ("vtt", "srt", "txt", "md"):
        ran = viva("batch", examples / f"interview.{ending}", "--json")
        assert ran.status == 0, ran.err
        assert ran.json["alignments"][0]["interviewer"] == "Interviewer"
        found[ending] = totals(ran)
    assert len(found["vtt"]) == 10
    assert found["srt"] == found["txt"] == found["md"] == found["vtt"]


def test_jsonl_and_csv_give_the_same_grades(viva, examples):
    a = viva("batch", examples / "answers.jsonl", "--json")
    b = viva("batch", examples / "answers.csv", "--json")
    assert a.status == b.status == 0
    scores = [[(g["answer"]["id"], g["total"]) for g in r.json["grades"]] for r in (a, b)]
    assert len(scores[0]) == 12
    assert scores[0] == scores[1]
    assert scores[0][0][0] == "priya-bias-variance"


def test_an_answer_is_graded_in_a_batch_as_alone(viva):
    alone = viva("grade", "hash-table", GOOD["answer"], "--json").json["grades"][0]["total"]
    assert totals(viva("batch", "-", "--json", stdin=lines(GOOD))) == {"hash-table": alone}


def test_a_folder_is_read_in_the_order_of_names(viva, examples, tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.jsonl").write_text(lines({**GOOD, "id": "b"}))
    (folder / "sub" / "c.jsonl").write_text(lines({**GOOD, "id": "c"}))
    (folder / "a.jsonl").write_text(lines({**GOOD, "id": "a"}))
    (folder / ".hidden.jsonl").write_text("no")
    (folder / "notes.pdf").write_bytes(b"%PDF-1.4")
    ran = viva("batch", folder, "--json")
    assert ran.status == 0, ran.err
    assert [g["answer"]["id"] for g in ran.json["grades"]] == ["a", "b", "c"]
    assert ran.json["title"] == "in"


def test_the_working_folder_names_the_report(viva, tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(GOOD))
    assert viva("batch", ".", "--json").json["title"] == tmp_path.name
    assert viva("batch", ".", "--title", "Autumn", "--json").json["title"] == "Autumn"


def test_one_broken_file_does_not_stop_the_others(viva, examples, tmp_path):
    broken = tmp_path / "broken.vtt"
    broken.write_text(BROKEN_VTT)
    (tmp_path / "z.jsonl").write_text(lines(GOOD))
    report = tmp_path / "r.md"
    ran = viva("batch", broken, tmp_path / "z.jsonl", "--json", "-o", report)
    assert ran.status == 3
    assert totals(ran).keys() == {"hash-table"}
    assert str(broken) in ran.err
    assert "line 3" in ran.err
    assert report.exists()


def test_bad_lines_are_left_ungraded_with_their_place(viva, tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(
        lines(
            GOOD,
            "{not json",
            [1],
            {"question": "hash-table"},
            {"question": "hash-table", "answer": 7},
            {"question": "how do I bake bread", "answer": "Flour."},
        )
    )
    ran = viva("batch", file, "--json")
    assert ran.status == 3
    assert len(ran.json["grades"]) == 1
    left = ran.json["ungraded"]
    assert [u["answer"]["source"] for u in left] == [f"a.jsonl, line {n}" for n in range(2, 7)]
    assert "not valid JSON" in left[0]["reason"]
    assert "Nearest" in left[4]["reason"]


def test_fail_under_goes_before_ungraded(viva):
    given = lines(GOOD, "{")
    assert viva("batch", "-", stdin=given).status == 3
    assert viva("batch", "-", "--fail-under", 100, stdin=given).status == 4
    assert viva("batch", "-", "--fail-under", 100, stdin=lines(GOOD)).status == 4


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.vtt", BROKEN_VTT, "line 3"),
        ("a.srt", "1\nno timing\n", ""),
        ("a.txt", "Nobody is labelled here at all.\n", "speaker labels"),
        ("a.md", "Nobody is labelled here at all.\n", "speaker labels"),
        ("a.csv", "name,mark\nAna,3\n", "question and answer"),
        ("a.tsv", "name\tmark\nAna\t3\n", "question and answer"),
        ("a.jsonl", "{\n[\n", "line 1"),
        ("a.jsonl", "", "empty"),
        ("a.csv", "question,answer\n", "no answers"),
        ("a.json", "{", ""),
    ],
)
def test_a_file_that_is_no_input_is_refused_by_name(viva, tmp_path, name, content, told):
    file = tmp_path / name
    file.write_text(content)
    said = viva("batch", file).refused(1)
    assert str(file) in said
    assert told in said
    assert said.count("Error:") == 1


def test_binary_missing_and_empty_folders_are_refused(viva, tmp_path):
    binary, empty = tmp_path / "a.vtt", tmp_path / "empty"
    binary.write_bytes(bytes(range(256)) * 40)
    empty.mkdir()
    for path in (binary, empty, tmp_path / "nowhere.vtt"):
        assert str(path) in viva("batch", path).refused(1)


def test_trouble_on_stdin_is_called_that(viva):
    assert "standard input: the file is empty" in viva("batch", "-").refused(1)


def test_a_format_and_an_interviewer_that_do_not_exist_are_named(viva, examples):
    file = examples / "interview.txt"
    assert "'xml'" in viva("batch", file, "--format", "xml").refused()
    assert "Nobody" in viva("batch", file, "--interviewer", "Nobody").refused()


def test_format_reads_a_transcript_from_stdin(viva, examples):
    ran = viva(
        *("batch", "-", "--format", "srt", "--interviewer", "Interviewer", "--json"),
        stdin=(examples / "interview.srt").read_text(encoding="utf-8"),
    )
    assert ran.status == 0, ran.err
    assert len(ran.json["grades"]) == 10


def test_a_run_that_finds_no_answer_says_so_and_how_to_look(viva, tmp_path):
    notes, report = tmp_path / "notes.md", tmp_path / "report.html"
    notes.write_text("**Ana:** Shall we have lunch?\n\n**Ben:** The soup was good last week.\n")
    ran = viva("batch", notes, "-o", report)
    assert ran.status == 1
    assert "viva align" in ran.err
    assert report.exists()


def test_no_input_is_a_usage_mistake(viva):
    viva("batch").refused(2)


def test_the_terminal_shows_a_table_and_what_was_not_asked(viva, examples):
    ran = viva("batch", examples / "interview.vtt", "--offline")
    assert ran.status == 0
    assert "Transcript" in ran.out
    assert "not in the bank" in ran.out or "not answered" in ran.out


def test_reports_of_a_batch(viva, examples, tmp_path):
    html, csv = tmp_path / "r.html", tmp_path / "r.csv"
    assert viva("batch", examples / "answers.csv", "-o", html, "-o", csv).status == 0
    assert "Priya Nair" in html.read_text(encoding="utf-8")
    assert len(csv.read_text(encoding="utf-8").splitlines()) == 13


def test_a_process_grades_stdin_and_leaves_bad_lines(process):
    ran = process("batch", "-", "--json", stdin=lines(GOOD, "{").encode())
    assert (ran.status, len(ran.json["grades"]), len(ran.json["ungraded"])) == (3, 1, 1)
    assert ran.err == ""


def test_the_same_input_gives_the_same_bytes(viva, examples, tmp_path):
    copy = shutil.copy(examples / "answers.jsonl", tmp_path / "answers.jsonl")
    first = viva("batch", copy, "--json")
    assert viva("batch", copy, "--json").out == first.out
