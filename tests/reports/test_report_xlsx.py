"""The workbook, read back by another library than the one that writes it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vivavoce import reports
from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.reports import xlsx
from vivavoce.reports._text import visible
from vivavoce.reports.run import Run


def written(run: Run) -> bytes:
    file = io.BytesIO()
    reports.write(run, "xlsx", file)
    return file.getvalue()


def sheets(run: Run) -> dict[str, list[dict[str, Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(written(run)))
    found = {}
    for sheet in book.worksheets:
        head, *rows = sheet.iter_rows()
        names = [cell.value for cell in head]
        found[sheet.title] = [{n: c.value for n, c in zip(names, row, strict=True)} for row in rows]
    return found


def test_sheets_and_columns(batch: Results) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(Run.of(batch))))
    assert {s.title: tuple(c.value for c in s[1]) for s in book.worksheets} == {
        name: tuple(columns) for name, columns in xlsx.SHEETS.items()
    }
    assert {s.freeze_panes for s in book.worksheets} == {"A2"}
    assert book.properties.title == "Autumn interviews <2>"


def test_numbers_are_numbers_and_what_is_not_there_is_empty(batch: Results) -> None:
    found = sheets(Run.of(batch))["Answers"]
    assert [row["total"] for row in found] == [94.4, 0, 3, None, None]
    assert [row["status"] for row in found] == ["graded"] * 3 + ["unscored", "ungraded"]
    assert [row["needs_review"] for row in found] == [False, True, True, True, True]
    assert found[0]["words"] == len(batch.grades[0].answer.text.split())
    assert found[0]["answer"] == batch.grades[0].answer.text
    assert found[4]["reason"] == "the judge's reply could not be read, twice"


def test_a_row_a_criterion(wrong: Grade) -> None:
    found = sheets(Run.of(Results(grades=(wrong,))))["Criteria"]
    assert [(r["criterion"], r["verdict"], r["credit"]) for r in found] == [
        ("bias", "contradicted", 0),
        ("variance", "contradicted", 0),
        ("tradeoff", "partly", 0.45),
        ("decomposition", "missed", 0),
        ("levers", "unscored", None),
    ]
    assert found[1]["quote"] == "Variance is when the model is too simple"


def test_figures_by_candidate_and_question(reviewed: Run) -> None:
    found = sheets(reviewed)
    amara = found["Candidates"][0]
    assert (amara["candidate"], amara["mean"], amara["scored"]) == ("Amara Okafor", 94.4, 1)
    assert (amara["reviewed"], amara["people_mean"]) == (2, 79.1)
    assert [row["question_id"] for row in found["Questions"]] == [
        "evil",
        "bias-variance",
        "f1-score",
    ]
    assert [row["human"] for row in found["Answers"]] == [98.2, 25, None, None, 60]


def test_hostile_text_is_text(hostile: Grade, batch: Results) -> None:
    data = written(Run.of(batch))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        bodies = {name: parts.read(name).decode() for name in parts.namelist()}
    assert not [name for name, body in bodies.items() if re.search(r"<f[ >/]|hyperlink", body)]
    assert not [name for name in bodies if "externalLink" in name or "vba" in name.lower()]
    found = sheets(Run.of(batch))["Answers"][2]
    assert found["answer_id"] == "=HYPERLINK(1)"
    assert found["answer"] == visible(hostile.answer.text)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book["Answers"]["B4"]
    assert (cell.value, cell.data_type, cell.number_format) == ("=HYPERLINK(1)", "s", "@")
    assert cell.quotePrefix


@settings(max_examples=40)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("=+-@\t\r\n\x00\x0b\ufffe\ud800_x041<&")),
        min_size=1,
        max_size=40,
    )
)
def test_any_text_comes_back_as_it_can_be_seen(words: str) -> None:
    answer = Answer(question="q", text=words, id=f"={words}", candidate="c")
    (row,) = sheets(Run.of(Results(ungraded=(Ungraded(answer=answer, reason="why"),))))["Answers"]
    assert (row["answer"] or "") == visible(words)
    assert row["answer_id"] == visible(f"={words}")


@pytest.mark.parametrize("letter", ["a", "\U0001f600"])
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(excellent: Grade, letter: str) -> None:
    answer = excellent.answer.model_copy(update={"text": letter * 40_000})
    run = Run.of(Results(grades=(excellent.model_copy(update={"answer": answer}),)))
    (row,) = sheets(run)["Answers"]
    assert row["answer"].endswith("(cut)")
    assert len(row["answer"].encode("utf-16-le")) // 2 <= xlsx.LONGEST
    assert row["answer"].startswith(letter * 16_000)


def test_a_full_sheet_goes_on_in_another(batch: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    found = sheets(Run.of(batch))
    assert [len(found[name]) for name in ("Answers", "Answers 2")] == [3, 2]
    assert found["Answers 2"][1]["status"] == "ungraded"


def test_a_file_that_cannot_be_written_is_an_os_error(batch: Results) -> None:
    class Full(io.BytesIO):
        told = False

        def write(self, data: Any) -> int:
            # Once: the archive that is given up writes its last record when it is collected.
            if not self.told:
                self.told = True
                raise OSError(28, "No space left on device")
            return super().write(data)

    with pytest.raises(OSError, match="No space left"):
        reports.write(Run.of(batch), "xlsx", Full())
