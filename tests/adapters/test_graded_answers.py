"""Answers that people scored, as a spreadsheet saves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce.adapters.graded_answers import read_graded
from vivavoce.errors import AnswerFileError


def file(tmp_path: Path, text: str, name: str = "graded.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_scores_are_shares_of_full_marks(tmp_path: Path) -> None:
    path = file(tmp_path, '\ufeffQuestion,Answer,Score,id\nl1-l2,"It, well, shrinks.",7.5,a\n\n')

    (row,) = read_graded(path, full=10)

    assert row.score == 75.0
    assert row.answer.text == "It, well, shrinks."
    assert (row.answer.question, row.answer.id) == ("l1-l2", "a")
    assert row.answer.source == "graded.csv, line 2"


def test_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    assert read_graded(file(tmp_path, "question;answer;score\n1;yes;7,5\n"))[0].score == 7.5
    assert (
        read_graded(file(tmp_path, "question\tanswer\tscore\n1\tyes\t8\n", "g.tsv"))[0].score == 8
    )


def test_the_line_of_an_answer_of_several_lines(tmp_path: Path) -> None:
    path = file(tmp_path, 'question,answer,score\n1,"one\ntwo",5\n2,three,many\n')

    with pytest.raises(AnswerFileError, match="line 4: the score is 'many'"):
        read_graded(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question,answer\n1,a\n", "no column score"),
        ("question,answer,score\n", "no row below its header"),
        ("question,answer,score\n1,a,101\n", "from 0 to 100"),
        ("question,answer,score\n1,a,\n", "line 2: there is no score"),
        ("", "is empty"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AnswerFileError, match=said):
        read_graded(file(tmp_path, text))
    with pytest.raises(AnswerFileError, match="no such file"):
        read_graded(tmp_path / "missing.csv")
