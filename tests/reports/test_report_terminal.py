"""What reaches a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from vivavoce.core.grade import Grade
from vivavoce.core.results import Results
from vivavoce.reports.terminal import print_grade, print_results

Printed = Callable[[Results], str]


def printed(results: Results, width: int = 80, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n")
    console = Console(file=stream, width=width, color_system=None)
    if len(results.grades) == 1 and not results.ungraded:
        print_grade(results.grades[0], console)
    else:
        print_results(results, console)
    stream.flush()
    return raw.getvalue().decode(encoding)


def folded(text: str) -> str:
    return " ".join(text.split())


def test_a_grade_tells_everything(wrong: Grade) -> None:
    text = folded(printed(Results(grades=(wrong,))))
    for words in (
        "0 of 100",
        "0 to 14 (90%)",
        "✗ contradicted 0 of 3",
        "? unscored -- of 1",
        "“Variance is when the model is too simple”",
        "Contradicts itself",
        "A person should look",
        "The error on new data is squared bias plus variance plus noise.",
        "A model with high variance is too flexible: it fits the noise.",
        "High bias means overfitting and high variance means underfitting. (-2 points)",
        "Next step Learn which of the two",
        "rubric:bias-variance@3f9a1c20b7de",
    ):
        assert words in text


def test_times_are_told(single: Results) -> None:
    text = folded(printed(single))
    assert "spoken 01:05 to 02:03" in text
    assert "so I can't” 01:41" in text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_console(batch: Results, width: int) -> None:
    for results in (batch, *(Results(grades=(grade,)) for grade in batch.grades)):
        assert max(len(line) for line in printed(results, width).split("\n")) <= width


def test_markup_and_escapes_are_text(hostile: Grade, batch: Results) -> None:
    spoken = "[bold red]x[/] [link=https://evil.example]y[/link] :smile: \x1b[31m\x07\r\x9b2J"
    answer = hostile.answer.model_copy(update={"candidate": spoken})
    grade = hostile.model_copy(update={"answer": answer})
    for results in (Results(grades=(grade,)), batch, Results(grades=(grade, grade))):
        text = printed(results)
        assert not set("\x1b\x07\r\x9b\u202e\x00") & set(text)
    assert "[bold red]x[/]" in folded(printed(Results(grades=(grade,))))
    assert ":smile:" in folded(printed(Results(grades=(grade,))))


def test_colour_terminal_gets_only_styles_of_ours(hostile: Grade) -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="standard")
    print_grade(hostile, console)
    sequences = {part.split("m")[0] for part in stream.getvalue().split("\x1b")[1:]}
    assert all(set(codes) <= set("[0123456789;") for codes in sequences)
    assert "\x1b[2J" not in stream.getvalue()


def test_batch_is_a_table_with_what_needs_an_eye(batch: Results) -> None:
    text = folded(printed(batch))
    for words in (
        "Autumn interviews <2>",
        "3 answers graded, 1 unscored, 1 left ungraded, 3 to review; mean 32.5 of 100",
        "86 to 99",
        "unscored ⚑",
        "1 of 2 (1 contradicted): Bias is error",
        "4, Jonas Weber: the judge could not be reached",
        "Amara Okafor, f1-score: the judge's reply could not be read, twice",
        "not in the bank: How was your journey?",
        "not answered: And what is a kernel?",
    ):
        assert words in text


def test_nothing_scored_is_unscored_not_zero(unscored: Grade) -> None:
    text = folded(printed(Results(grades=(unscored,))))
    assert "unscored no criterion could be scored; this is not a zero" in text
    assert "0 of" not in text


def test_ascii_terminal_gets_ascii_symbols(wrong: Grade) -> None:
    text = folded(printed(Results(grades=(wrong,)), encoding="ascii"))
    assert "x contradicted 0 of 3" in text
    assert "~ 1 partly" in text
    assert "|=====---" in text


def test_empty_results_print(batch: Results) -> None:
    assert "0 answers graded" in printed(Results())
