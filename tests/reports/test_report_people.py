"""People's scores beside the machine's, in every format that shows them."""

from __future__ import annotations

import csv
import io

import pytest

from vivavoce import reports
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Results
from vivavoce.core.review import items_of
from vivavoce.reports._view import apart, overview, summary
from vivavoce.reports.html import render as html
from vivavoce.reports.markdown import render as markdown
from vivavoce.reports.run import Run, human_score


def text_of(run: Run, format_: str) -> str:
    file = io.BytesIO()
    reports.write(run, format_, file)
    return file.getvalue().decode()


def test_items_of_a_run_are_those_of_its_results(reviewed: Run, batch: Results) -> None:
    assert tuple(reviewed.items()) == items_of(batch, reviewed.reviews)
    assert [i.outcome for i in Run.of(batch).items()] == [i.outcome for i in reviewed.items()]
    assert reviewed.whole() == batch


def test_the_newest_review_that_holds_counts(reviewed: Run) -> None:
    found = [human_score(item) for item in reviewed.items()]
    # Ann's verdict: (3 + 3 * 0.97 + 3 + 2 * 0.94 + 1) of 12 points.
    assert [(r.author, r.total) if r else None for r in found[:2]] == [("Ann", 98.2), ("Ann", 25.0)]
    # The newest review of the hostile answer is outdated, and an older one is not put in its place.
    assert found[2:4] == [None, None]
    assert found[4] is not None
    assert found[4].total == 60.0


def test_reviewed_answers_wait_no_more(batch: Results, reviewed: Run) -> None:
    assert [n.number for n in overview(batch).review] == [4, 2, 3]
    view = overview(batch, reviewed.reviews)
    # The outdated one waits again; the unscored one still does.
    assert [n.number for n in view.review] == [4, 3]
    assert [n.number for n in view.reviewed] == [1, 2]
    assert summary(view) == "3 answers graded, 1 unscored, 1 left ungraded, 2 to review"


def test_how_far_people_and_machine_are_apart(batch: Results, reviewed: Run) -> None:
    # 94.4 - 98.2 = -3.8 and 0 - 25 = -25.
    assert apart(overview(batch, reviewed.reviews)) == (
        "2 answers with both scores: on average the machine gave 14.4 points less than people, "
        "and the two scores lie 14.4 points apart."
    )
    assert apart(overview(batch)) == ""


def test_tables_hold_the_human_column(reviewed: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(reviewed, "csv"), newline="")))
    assert [(row["human"], row["reviewer"]) for row in rows] == [
        ("98.2", "Ann"),
        ("25.0", "Ann"),
        ("", ""),
        ("", ""),
        ("60.0", "Ann"),
    ]
    assert [row["total"] for row in rows] == ["94.4", "0.0", "3.0", "", ""]


def test_html_shows_both(batch: Results, reviews: tuple[HumanReview, ...]) -> None:
    text = html(batch, reviews)
    for words in (
        "A person gave <b>98.2 of 100</b>: Ann, 2026-03-01 09:01",
        "+25 beside the machine’s 0",
        "outdated: the answer or its grade has changed since",
        "A person gave 99, but the answer or its grade has changed since",
        "A person gave <b>60</b>: Ann, 2026-03-01 09:06, <q>heard it</q>",
        "<b>Comment</b>",
        "94, a person&#39;s score 98.2, answer 1",
    ):
        assert words in text, words
    assert "<i>x</i>" not in text
    assert "<script>" not in text
    assert "What people said" not in html(batch)


def test_markdown_shows_both(batch: Results, reviews: tuple[HumanReview, ...]) -> None:
    text = markdown(batch, reviews)
    for words in (
        "94, person 98.2 (answer 1)",
        "| 0 | 25 (+25) | Ann, 2026-03-01 09:03: “half",
        "**98.2 of 100**, machine 94 (Ann, 2026-03-01 09:01)",
        "**10 of 100**, outdated: the answer or its grade has changed since (Bob, 2026-03-01 09:00)",
        "Comment (Bob, 2026-03-01 09:02)",
        "A person gave 60: Ann, 2026-03-01 09:06: “heard it”",
        "People's mean",
    ):
        assert words in text, words
    assert "What people said" not in markdown(batch)


@pytest.mark.parametrize("format_", ["csv", "gradebook", "html", "junit", "md"])
def test_nothing_active_comes_in_with_a_review(reviewed: Run, format_: str) -> None:
    text = text_of(reviewed, format_)
    assert not set("\x00\x07\x1b\x7f\x85\x9b\r\u2028\u202e") & set(text)


def test_a_single_answer_shows_its_review(batch: Results, reviews: tuple[HumanReview, ...]) -> None:
    single = Results(grades=batch.grades[:1])
    assert "A person gave <b>98.2 of 100</b>" in html(single, reviews)
    assert "# What people said" in markdown(single, reviews)


def test_json_stays_what_can_be_read_back(reviewed: Run, batch: Results) -> None:
    assert reports.json.load(text_of(reviewed, "json")) == batch
