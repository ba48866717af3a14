"""What made a transcript doubtful stands in the report of its answers."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from vivavoce.core.results import Results
from vivavoce.core.transcript import Alignment, Asked
from vivavoce.reports import render
from vivavoce.reports.terminal import print_results

DOUBTFUL = Asked(
    turn=2,
    text="And the <b>other</b> kind?",
    question_id="bias-variance",
    similarity=0.41,
    answered=True,
    unsure=True,
)
RESULTS = Results(
    title="run",
    alignments=(
        Alignment(
            transcript="one.vtt",
            interviewer="Dana",
            answers=(),
            asked=(DOUBTFUL,),
            warnings=("the same words come again and again",),
        ),
    ),
)


@pytest.mark.parametrize("format", ["html", "md"])
def test_reports_tell_doubts_and_warnings(format: str) -> None:
    page = render(RESULTS, format)
    assert "Not sure which question this is" in page
    assert "the same words come again and again" in page
    assert "<b>other</b>" not in page


def test_the_terminal_tells_doubts_and_warnings() -> None:
    out = io.StringIO()
    print_results(RESULTS, Console(file=out, width=120))
    assert "not sure: bias-variance: And the <b>other</b> kind?" in out.getvalue()
    assert "warning: the same words" in out.getvalue()
