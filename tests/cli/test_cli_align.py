from __future__ import annotations

import csv
import io


def test_align_shows_and_writes_and_takes_back_the_same(viva, examples, tmp_path):
    file = examples / "interview.srt"
    found = viva("align", file, "--json", "-o", "turns.csv").json
    assert found[0]["interviewer"] == "Interviewer"
    assert len(found[0]["answers"]) == 10
    again = viva("align", file, "--map", "turns.csv", "--json").json
    assert [a["text"] for a in again[0]["answers"]] == [a["text"] for a in found[0]["answers"]]
    assert "not in the bank" in viva("align", file).out


def test_a_corrected_map_decides_what_is_graded(viva, examples, tmp_path):
    file = examples / "interview.md"
    viva("align", file, "-o", "turns.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "turns.csv").read_text("utf-8-sig"))))
    for row in rows:
        if row["question"] == "roc-curve" and row["part"] == "answer":
            row["part"] = "aside"
    with (tmp_path / "turns.csv").open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    ran = viva("batch", file, "--map", "turns.csv", "--json")
    graded = {g["question_id"] for g in ran.json["grades"]}
    assert len(graded) == 9
    assert "roc-curve" not in graded
    rows[0]["text"] = "something else"
    with (tmp_path / "turns.csv").open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert "line 2" in viva("align", file, "--map", "turns.csv").refused()


def test_answers_are_no_transcript(viva, examples):
    assert "holds answers" in viva("align", examples / "answers.jsonl").refused(1)
    assert "CSV" in viva("align", examples / "interview.md", "-o", "x.html").refused(2)
