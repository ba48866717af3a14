"""The check of a bank on the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from vivavoce.reports.bank_table import print_check
from vivavoce.services.bank_check import CheckReport, Finding, Row

CLEAN = Row("bias-variance", 1, 6, 29, 24, 4, 6, 14, 0, 0)
LONGEST = "-".join(["word"] * 12)  # 59 of the 60 characters an id may have
POOR = Row(LONGEST, 102, 12, 120, 130, 11, 10, 140, 12, 34)


def printed(report: CheckReport, width: int = 80, colour: bool = False) -> str:
    stream = io.StringIO()
    system = "truecolor" if colour else None
    print_check(
        report,
        Console(file=stream, width=width, color_system=system, force_terminal=colour),  # type: ignore[arg-type]
    )
    return stream.getvalue()


def told(*findings: Finding) -> str:
    return " ".join(printed(CheckReport((CLEAN, POOR), findings)).split())


def test_a_clean_bank() -> None:
    lines = [line.rstrip() for line in printed(CheckReport((CLEAN,), ())).splitlines()]
    assert lines[0].split() == "no id crit. accept reject misc. asked ex. err. warn".split()
    assert lines[1].split() == "1 bias-variance 6 29 24 4 6 14 0 0".split()
    assert lines[-1] == "1 rubric, 14 exemplars: no error, no warning."


def test_findings_stand_under_their_rubric_errors_first() -> None:
    text = told(
        Finding("bias-variance", "warning", "asked_as", "is near"),
        Finding("bias-variance", "error", "reading", "has 1 sources"),
        Finding("", "warning", "exemplars", "longer answers score higher"),
        Finding(LONGEST, "error", "criteria", "has 12"),
    )
    order = [
        "error reading: has 1 sources",
        "warning asked_as: is near",
        "error criteria: has 12",
        "The bank as a whole",
        "warning exemplars: longer",
        "2 rubrics, 154 exemplars: 2 errors, 2 warnings.",
    ]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_one_of_each_is_singular() -> None:
    text = told(Finding("bias-variance", "error", "a", "b"), Finding("", "warning", "a", "b"))
    assert text.endswith("1 error, 1 warning.")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    found = Finding(LONGEST, "warning", f"criteria.{'x' * 60}.accept", "word " * 40 + "y" * 200)
    lines = printed(CheckReport((CLEAN, POOR), (found,)), width).splitlines()
    assert max(len(line) for line in lines) <= width


def test_counts_are_whole_at_80_columns() -> None:
    text = printed(CheckReport((POOR,), ())).split()
    assert {"102", "12", "120", "130", "11", "10", "140", "34"} <= set(text)


def test_what_a_rubric_says_is_text() -> None:
    hostile = "[bold red]x[/] [link=https://evil.example]y[/link] \x1b[2Jz\x07 \u202eback\n  new"
    text = told(Finding("bias-variance", "error", hostile, hostile))
    assert "[bold red]x[/] [link=https://evil.example]y[/link]" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_colour_only_marks_severity() -> None:
    found = Finding("bias-variance", "error", "field", "[red]message[/red]")
    text = printed(CheckReport((CLEAN,), (found,)), colour=True)
    assert "\x1b[1;31merror\x1b[0m" in text
    assert "[red]message[/red]" in text
