"""Hostile characters, times and numbers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.grade import Flag, Interval
from vivavoce.core.rubric import Verdict
from vivavoce.reports._text import (
    FLAGS,
    VERDICTS,
    amount,
    between,
    clock,
    counted,
    one_line,
    points,
    visible,
)

ANY_TEXT = st.text(st.characters())


def test_control_characters_become_visible() -> None:
    assert visible("\x1b[31m\x00\x7f\x9b\u202e") == "␛[31m␀␡\ufffd\ufffd"


def test_line_breaks_keep_offsets() -> None:
    assert visible("a\r\nb\rc\n\td\u2028e") == "a \nb\nc\n\td\ne"


def test_ordinary_text_of_any_script_is_left_alone() -> None:
    text = "naïve “Bayes” 朴素贝叶斯 بايز 👩‍🔬 ε ≤ 0.5"
    assert visible(text) == text


@given(ANY_TEXT)
def test_visible_keeps_length_and_lets_no_control_through(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]


@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "00:00"),
        (65.9, "01:05"),
        (3599.99, "59:59"),
        (3661.0, "1:01:01"),
        (None, ""),
        (-1.0, ""),
        (float("nan"), ""),
        (float("inf"), ""),
    ],
)
def test_clock(seconds: float | None, shown: str) -> None:
    assert clock(seconds) == shown


def test_numbers() -> None:
    assert [amount(2.0), amount(2.55, 2), amount(0.0), amount(100.0)] == ["2", "2.55", "0", "100"]
    assert between(Interval(low=60.6, high=81.2)) == "61 to 81"
    assert [counted(1, "criterion", "criteria"), counted(2, "criterion", "criteria")] == [
        "1 criterion",
        "2 criteria",
    ]
    assert [points(1), points(2.5)] == ["1 point", "2.5 points"]


def test_every_verdict_and_flag_has_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert len({words.symbol for words in VERDICTS.values()}) == len(Verdict)
    assert all(words.ascii.isascii() for words in VERDICTS.values())
    assert set(FLAGS) == set(Flag)
