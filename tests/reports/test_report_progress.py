"""The history as a page: what its plot shows, that it fits a phone, and axe-core's view of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.web.chromium import launched, tab, violations

from vivavoce import default_bank
from vivavoce.core.practice import Due, Mark, Rating
from vivavoce.core.progress import Progress, progress_of
from vivavoce.reports.progress import HEIGHT, WIDTH, render_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NOW = datetime(2026, 11, 30, 20, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"


def mark(number: int, question: str, score: float | None, days: float) -> Mark:
    return Mark(
        id=f"m{number}",
        question_id=question,
        topic="algorithms",
        at=NOW - timedelta(days=days),
        finished=True,
        score=score,
        rating=None if score is None else Rating.GOOD,
        needs_review=False,
        follow_up=False,
    )


def history(scores: list[float | None], *, gone: bool = False) -> Progress:
    bank = default_bank()
    ids = [r.id for r in bank.rubrics[:12]]
    marks = [mark(i, ids[i % 12], s, len(scores) - i) for i, s in enumerate(scores)]
    if gone:
        marks.append(mark(-1, HOSTILE, 40.0, 0.5))
    due = {q: Due(NOW + timedelta(days=n - 3), 1.0) for n, q in enumerate(ids[: len(scores)])}
    return progress_of(marks, bank.rubrics, due, NOW)


def test_each_score_is_a_dot_from_left_to_right() -> None:
    page = render_html(history([0.0, 100.0, None, 50.0]))
    dots = re.findall(r'<circle[^>]*cx="([\d.]+)" cy="([\d.]+)"', page)
    middle = f"{HEIGHT / 2}"
    assert dots == [("0.0", f"{HEIGHT}"), (f"{WIDTH / 2}", "0.0"), (f"{WIDTH}", middle)]
    assert "4 attempts, 1 ungraded" in page


def test_an_empty_history_has_no_plot_and_says_so() -> None:
    page = render_html(history([]))
    assert "<circle" not in page
    assert "0 attempts" in page


def test_a_question_that_left_the_bank_is_shown_as_text() -> None:
    page = render_html(history([60.0], gone=True))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_fits_and_is_accessible(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    scores = [None if i == 9 else 20.0 + i % 50 for i in range(100)]
    path = tmp_path / "history.html"
    path.write_text(render_html(history(scores, gone=True)), encoding="utf-8")
    size = {"width": width, "height": 800}
    with tab(browser, path.as_uri(), viewport=size, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []
        rows = page.get_by_role("row").filter(has_text="2026-12-")
        assert rows.count() > 3
        for row in rows.all():
            due = row.get_by_text("2026-12-").bounding_box()
            # When it is due is seen without scrolling, and words are not cut to pieces.
            assert due["x"] + due["width"] <= width  # type: ignore[index]
            assert row.bounding_box()["height"] < 200  # type: ignore[index]
