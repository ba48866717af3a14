from __future__ import annotations

from pathlib import Path

import pytest

from vivavoce.adapters.answer_files import is_answers_file, read_answers
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Ungraded
from vivavoce.errors import AnswerFileError

pyarrow = pytest.importorskip("pyarrow", reason="the extra parquet is absent")
parquet = pytest.importorskip("pyarrow.parquet")


def write(path: Path, columns: dict[str, list[object]]) -> Path:
    parquet.write_table(pyarrow.table(columns), path)
    return path


def test_rows_are_answers_and_a_bad_row_costs_no_other(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet",
        {
            "Question": ["hash-table", "l1-l2", "hash-table"],
            "answer": ["It maps keys.", None, "Buckets."],
            "ID": [7, 8, 9],
            "length": [13, 0, 8],
        },
    )
    assert is_answers_file(path)
    first, bad, last = read_answers(path)
    assert isinstance(first, Answer)
    assert (first.text, first.id) == ("It maps keys.", "7")
    assert "row 1" in first.source
    assert isinstance(bad, Ungraded)
    assert "'answer' is missing" in bad.reason
    assert isinstance(last, Answer)


def test_what_holds_no_answers_is_refused(tmp_path: Path) -> None:
    other = write(tmp_path / "b.parquet", {"question": ["q"], "length": [1]})
    with pytest.raises(AnswerFileError, match="no column answer"):
        list(read_answers(other))
    broken = tmp_path / "c.parquet"
    broken.write_bytes(b"PAR1" + b"x" * 100 + b"PAR1")
    with pytest.raises(AnswerFileError, match=r"c\.parquet"):
        list(read_answers(broken))
    with pytest.raises(AnswerFileError, match=r"d\.parquet"):
        list(read_answers(tmp_path / "d.parquet"))
