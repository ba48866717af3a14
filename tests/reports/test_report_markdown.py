"""Markdown as a CommonMark parser with tables and strikethrough reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from vivavoce.core.grade import Grade
from vivavoce.core.results import Results
from vivavoce.reports import render
from vivavoce.reports._text import one_line
from vivavoce.reports.markdown import escape, quote

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(
    st.one_of(st.sampled_from("#*_-+=`~<>[]()!|\\&;:.@$ \n\t1a/^{}\"'"), st.characters()),
    max_size=40,
)


def flat(text: str) -> list[Token]:
    found: list[Token] = []
    for token in PARSER.parse(text):
        found += [token, *(token.children or [])]
    return found


def kinds(text: str) -> set[str]:
    return {token.type for token in flat(text)}


def shown(text: str) -> str:
    return "".join(t.content for t in flat(text) if t.type in ("text", "text_special"))


@pytest.mark.parametrize(
    "line",
    [
        "# heading",
        "- item",
        "+ item",
        "1. item",
        "2) item",
        "===",
        "---",
        "> quote",
        "```",
        "~~~",
        "| a | b |",
        "[a](https://evil.example)",
        "![a](https://evil.example)",
        "<https://evil.example>",
        "<script>alert(1)</script>",
        "&lt;b&gt;",
        "**bold** _em_ ~~gone~~",
        "[ref]: https://evil.example",
        "a\\",
    ],
)
def test_markup_becomes_its_own_characters(line: str) -> None:
    assert kinds(f"text\n{escape(line)}") <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "softbreak",
    }
    assert shown(escape(line)) == line


@given(NASTY)
def test_escaped_text_is_a_paragraph_of_that_text(text: str) -> None:
    escaped = escape(text)
    assert "\n" not in escaped
    assert kinds(f"x {escaped}") <= {"paragraph_open", "paragraph_close", "inline", "text"}
    assert kinds(escaped) <= {"paragraph_open", "paragraph_close", "inline", "text"}
    assert shown(escaped).replace("\u2060", "") == one_line(text).replace("\u2060", "")


@given(NASTY)
def test_quoted_text_stays_in_its_quote(text: str) -> None:
    quoted = quote(text)
    assert all(line.startswith(">") for line in quoted.split("\n"))
    assert kinds(quoted) <= {
        "blockquote_open",
        "blockquote_close",
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "hardbreak",
        "softbreak",
    }


@pytest.mark.parametrize("address", ["https://evil.example", "www.evil.example", "evil.example"])
def test_bare_addresses_are_broken_for_renderers_that_link_them(address: str) -> None:
    assert address not in escape(f"see {address} now")
    assert "me@e" not in escape("me@evil.example")


def test_hostile_report_holds_only_its_own_structure(
    hostile: Grade, one: Callable[[Grade], Results]
) -> None:
    text = render(one(hostile), "md")
    tokens = flat(text)
    assert {
        "link_open",
        "image",
        "html_block",
        "html_inline",
        "table_open",
        "fence",
        "hr",
    }.isdisjoint(token.type for token in tokens)
    headings = [
        tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert headings[0].startswith("\\# Evil")
    assert headings[1:] == [
        "The answer",
        "Criteria",
        "What was missing, and what to say",
        "What was wrong, and what is right",
        "Misconceptions heard",
        "What was right",
        "Follow-up questions",
    ]


def test_batch_shows_the_overview_before_the_answers(batch: Results) -> None:
    text = render(batch, "md")
    assert "link_open" not in kinds(text)
    assert "html_block" not in kinds(text)
    order = [
        "## Overview",
        "Mean 32.5, median 3 of 100",
        "90-100",
        "### By candidate",
        "### By question, the hardest first",
        "94 (answer 1)",
        "### Criteria, question by question",
        "### Criteria missed most",
        "### To be reviewed",
        "### Left ungraded",
        "Not in the bank:",
        "Asked but not answered:",
        "## Answer 1 · Amara Okafor",
        "## Answer 4",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_table_of_the_batch_has_a_cell_for_each_candidate(batch: Results) -> None:
    scores = render(batch, "md").partition("### Scores by")[2].partition("###")[0]
    cells = [token.type for token in flat(scores)]
    assert cells.count("th_open") == 1 + 3
    assert cells.count("td_open") == 3 * (1 + 3)


def test_single_answer_tells_everything(wrong: Grade, one: Callable[[Grade], Results]) -> None:
    text = render(one(wrong), "md")
    for words in (
        "**0 of 100.**",
        "0 to 14 (90% interval)",
        "✗ **contradicted**, 0 of 3 points",
        "? **unscored**, not counted (1 point)",
        "1.35 of 11 points; 1 criterion unscored, not counted; 2 points deducted",
        "matched with “High variance means the model is too simple",
        "Right: A model with high variance is too flexible",
        "**Next step:**",
        f"`{wrong.signature}`",
    ):
        assert words in text


def test_times_are_told(single: Results) -> None:
    text = render(single, "md")
    assert "spoken 01:05 to 02:03" in text
    assert "“bias comes down and variance goes up, so I can't” at 01:41" in text
