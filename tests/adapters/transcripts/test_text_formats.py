"""Plain text and Markdown: labels, times beside them, continuation lines."""

from __future__ import annotations

import pytest

from vivavoce.adapters.transcripts import markdown, plain
from vivavoce.adapters.transcripts.labels import real_labels, seconds, split_label
from vivavoce.errors import AnswerFileError


def test_plain_turns_continue_over_lines_and_merge() -> None:
    text = (
        "Interview of 3 May\n\nInterviewer: What is\n  bias?\n\nMaya: Well,\n\nit is an error.\n"
        "Maya: Systematic.\nInterviewer: Thanks."
    )
    turns = plain.parse("a.txt", text)
    assert [(t.speaker, t.text, t.line) for t in turns] == [
        ("Interviewer", "What is bias?", 3),
        ("Maya", "Well, it is an error. Systematic.", 6),
        ("Interviewer", "Thanks.", 10),
    ]
    assert all(t.from_s is None and not t.segments for t in turns)


@pytest.mark.parametrize(
    ("line", "name", "start", "text"),
    [
        ("[00:01:02] Maya Chen: yes", "Maya Chen", 62.0, "yes"),
        ("00:01 Maya: yes", "Maya", 1.0, "yes"),
        ("(1:00:00.5) Maya: yes", "Maya", 3600.5, "yes"),
        ("[00:00:01 - 00:00:04] Maya: yes", "Maya", 1.0, "yes"),
        ("00:05 - Maya: yes", "Maya", 5.0, "yes"),
        ("Maya Chen (00:12): yes", "Maya Chen", 12.0, "yes"),
        ("Maya Chen [0:12]", "Maya Chen", 12.0, ""),
        ("Maya Chen  0:12", "Maya Chen", 12.0, ""),
        ("[SPEAKER_01]: yes", "SPEAKER_01", None, "yes"),
        ("speaker 2: yes", "speaker 2", None, "yes"),
        (
            "Dr. Ana de la Cruz (Candidate): yes: no",
            "Dr. Ana de la Cruz (Candidate)",
            None,
            "yes: no",
        ),
        ("Q: at 10:30?", "Q", None, "at 10:30?"),
        ("Maya:", "Maya", None, ""),
    ],
)
def test_labels(line: str, name: str, start: float | None, text: str) -> None:
    label = split_label(line)
    assert label is not None
    assert (label.name, label.from_s, label.text) == (name, start, text)


@pytest.mark.parametrize(
    "line",
    [
        "and so the point is: it depends",
        "https://example.org/a",
        "it starts at 10:30",
        "12:30",
        "Maya Chen",
        "this is a much longer line of words that then has a colon: here",
        ": no name",
        "10:30: late",
        "",
    ],
)
def test_lines_without_labels(line: str) -> None:
    assert split_label(line) is None


def test_a_range_gives_the_turn_its_end() -> None:
    turns = plain.parse("a.txt", "[00:01 --> 00:04] Ann: one\n[00:05] Bob: two\nthree")
    assert [(t.from_s, t.to_s) for t in turns] == [(1.0, 4.0), (5.0, None)]
    assert [(s.start, s.end, s.from_s) for s in turns[1].segments] == [(0, 9, 5.0)]


def test_name_and_time_on_a_line_of_their_own() -> None:
    turns = plain.parse("a.txt", "Ann Lee  0:01\nWhat is it?\n\nBob  0:03\nA thing.\n")
    assert [(t.speaker, t.text, t.from_s) for t in turns] == [
        ("Ann Lee", "What is it?", 1.0),
        ("Bob", "A thing.", 3.0),
    ]


def test_words_with_colons_are_no_speakers_and_names_once_are() -> None:
    text = "Tom: what about recall?\nAnn: Recall: found positives. Note: see above.\nAnn: done"
    assert real_labels(["Tom", "Ann", "Recall", "Ann", "Note"], text) == {"Tom", "Ann"}
    assert real_labels(["maya", "maya", "sam"], "maya: hi\nmaya: ho\nsam: once") == {"maya"}


def test_seconds() -> None:
    assert seconds("1:02:03.5") == 3723.5
    assert seconds("02:03,250") == 123.25


def test_markdown_turns_with_paragraphs_quotes_and_inline_markup() -> None:
    text = (
        "---\ntitle: x\n---\n# Interview: Maya\n\n**Interviewer:** What is *bias*?\n\n"
        "**Maya Chen** (00:12): Well, `error` of the [average](http://x.example).\n\n"
        "> 2 * 3 * 4 is\n\n- **truly** systematic \\*here\\* &amp; there\n\n---\n\n"
        "__Interviewer__: Thanks_for that."
    )
    turns = markdown.parse("a.md", text)
    assert [(t.speaker, t.text, t.from_s, t.line) for t in turns] == [
        ("Interviewer", "What is bias?", None, 6),
        (
            "Maya Chen",
            "Well, error of the average. 2 * 3 * 4 is truly systematic *here* & there",
            12.0,
            8,
        ),
        ("Interviewer", "Thanks_for that.", None, 16),
    ]


def test_bold_words_inside_a_turn_are_no_labels() -> None:
    turns = markdown.parse("a.md", "**Q:** Which?\n\n**A:** I mean\n**precision** of course")
    assert [(t.speaker, t.text) for t in turns] == [
        ("Q", "Which?"),
        ("A", "I mean precision of course"),
    ]


@pytest.mark.parametrize("parse", [plain.parse, markdown.parse])
def test_no_labels_is_an_error_with_an_example(parse: object) -> None:
    with pytest.raises(AnswerFileError, match=r"x\.txt: no speaker labels; .*Interviewer"):
        parse("x.txt", "just words\nand more")  # type: ignore[operator]


@pytest.mark.parametrize(
    "text", ["**" * 50_000, "*a" * 50_000, "[" * 50_000, "A " * 50_000, "1:" * 50_000]
)
def test_hostile_lines_are_read_in_linear_time(text: str) -> None:
    # A pattern that backtracks would hang here, not merely be slow.
    assert split_label(text) is None
    assert not markdown.has_labels(text)
    assert markdown.parse("x", f"**Q:** hi\n{text}")[0].speaker == "Q"
