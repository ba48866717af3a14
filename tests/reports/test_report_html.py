"""The HTML page, read with the standard library's parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vivavoce.core.grade import CriterionGrade, Evidence, Grade
from vivavoce.core.results import Results
from vivavoce.core.rubric import Verdict
from vivavoce.reports import render
from vivavoce.reports._text import visible
from vivavoce.reports.html import CONTENT_SECURITY_POLICY

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Tags with attributes, headings with text, and the answers' words without the numbers."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[str, str]] = []
        self.answers: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.words_depth = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in VOID:
            return
        self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((tag, ""))
        if dict(attrs).get("class") == "words":
            self.words_depth = len(self.open)
            self.answers.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"
        if len(self.open) < self.words_depth:
            self.words_depth = 0

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.open and self.open[-1] in ("h1", "h2", "h3", "h4"):
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, text + data)
        if self.words_depth and "sup" not in self.open:
            self.answers[-1] += data

    def named(self, name: str) -> Iterator[dict[str, str | None]]:
        return (attributes for tag, attributes in self.tags if tag == name)


def page(results: Results) -> Page:
    return Page(render(results, "html"))


def grade_with(grade: Grade, text: str, spans: list[tuple[int, int]]) -> Grade:
    """The grade for another answer, each criterion resting on one of these spans."""
    rows = tuple(
        CriterionGrade(
            id=f"c{n}",
            statement=f"Statement {n}",
            points=1,
            verdict=Verdict.MET,
            credit=1,
            evidence=(
                Evidence(
                    start=start,
                    end=end,
                    quote=text[start:end],
                    statement=f"Statement {n}",
                    similarity=1,
                ),
            ),
        )
        for n, (start, end) in enumerate(spans)
    )
    answer = grade.answer.model_copy(update={"text": text})
    return grade.model_copy(update={"answer": answer, "criteria": rows, "misconceptions": ()})


def test_all_tags_are_closed_and_ids_are_unique(batch: Results) -> None:
    found = page(batch)
    assert found.open == []
    ids = [attributes["id"] for _, attributes in found.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))


def test_every_link_leads_into_the_page(batch: Results) -> None:
    found = page(batch)
    ids = {attributes["id"] for _, attributes in found.tags if "id" in attributes}
    targets = [attributes["href"] or "" for attributes in found.named("a")]
    assert targets
    assert {target.removeprefix("#") for target in targets} <= ids
    labelled = [a["aria-labelledby"] for _, a in found.tags if "aria-labelledby" in a]
    assert set(labelled) <= ids


@pytest.mark.parametrize("which", ["single", "batch"])
def test_nothing_runs_and_nothing_is_loaded(request: pytest.FixtureRequest, which: str) -> None:
    text = render(request.getfixturevalue(which), "html")
    found = Page(text)
    names = {tag for tag, _ in found.tags}
    assert names.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base"})
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        if tag == "link":
            assert attributes == {"rel": "icon", "href": "data:,"}
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|expression", style)
    policies = [a for a in found.named("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert [a["content"] for a in policies] == [CONTENT_SECURITY_POLICY]
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "script-src" not in CONTENT_SECURITY_POLICY


def test_hostile_answer_is_shown_letter_for_letter(
    hostile: Grade, one: Callable[[Grade], Results]
) -> None:
    found = page(one(hostile))
    assert found.answers == [visible(hostile.answer.text)]
    assert "{{ 7*7 }}" in found.answers[0]
    assert "{{ config }}" in found.text
    assert len([tag for tag, _ in found.tags if tag == "style"]) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    text=st.text(st.one_of(st.characters(), st.sampled_from("<>&'\"{}\r\n \t")), min_size=1).filter(
        str.strip
    ),
    spans=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 25)), max_size=5),
)
def test_highlights_leave_the_answer_as_it_was(
    excellent: Grade, text: str, spans: list[tuple[int, int]]
) -> None:
    found = page(Results(grades=(grade_with(excellent, text, spans),)))
    assert found.answers == [visible(text)]


def test_highlight_names_its_criterion_and_leads_to_it(single: Results) -> None:
    found = page(single)
    titles = [attributes["title"] or "" for attributes in found.named("mark")]
    assert any(title.startswith("4, met: The expected error") for title in titles)
    assert any("3, met:" in title and "; 5, partly:" in title for title in titles)
    links = [a for a in found.named("a") if (a["href"] or "").startswith("#a1-")]
    assert {a["href"] for a in links} == {f"#a1-{n}" for n in range(1, 6)}
    assert all(a["aria-label"] for a in links)


@pytest.mark.parametrize("which", ["single", "batch"])
def test_headings_are_in_order(request: pytest.FixtureRequest, which: str) -> None:
    levels = [int(tag[1]) for tag, _ in page(request.getfixturevalue(which)).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(levels) <= 3
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_language_and_table_heads(batch: Results) -> None:
    found = page(batch)
    names = [tag for tag, _ in found.tags]
    assert (names.count("main"), names.count("footer")) == (1, 1)
    assert next(found.named("html"))["lang"] == "en"
    assert all(
        attributes.get("scope") in ("row", "col", "rowgroup") for attributes in found.named("th")
    )
    # The table of an answer's criteria is named by the heading above it.
    tables = [a for a in found.named("table") if "aria-labelledby" not in a]
    assert len(tables) == names.count("caption") == 4
    drawings = list(found.named("svg"))
    named = [a for a in drawings if a.get("role") == "img"]
    assert named
    assert all(a["aria-label"] for a in named)


def test_single_answer_tells_everything(wrong: Grade, one: Callable[[Grade], Results]) -> None:
    text = " ".join(page(one(wrong)).text.split())
    for words in (
        "0 of 100",
        "An examiner’s score is expected from 0 to 14 (90% interval)",
        "✗ 2 contradicted",
        "? 1 unscored",
        "A person should look at this grade",
        "Contradicts itself.",
        "matched with High variance means the model is too simple to capture",
        "unscored 1 point, not counted",
        "Criteria: 1.35 of 11 points.",
        "Deducted for misconceptions: 2.",
        "You could say The error on new data is squared bias",
        "Right A model with high variance is too flexible",
        "M1 High bias means overfitting and high variance means underfitting. −2 points",
        "Next step Learn which",
        "What happens to each when you add training data?",
        str(wrong.signature),
    ):
        assert words in text


def test_times_are_told(single: Results) -> None:
    found = page(single)
    assert "spoken 01:05 to 02:03" in found.text
    assert {a["datetime"] for a in found.named("time")} == {"PT65S", "PT101S"}


def test_batch_shows_the_overview_first(batch: Results) -> None:
    found = page(batch)
    headings = [" ".join(text.split()) for _, text in found.headings]
    assert headings[:11] == [
        "Autumn interviews <2>",
        "Distribution of scores",
        "By candidate",
        "By question, the hardest first",
        "Scores by question and candidate",
        "Criteria, question by question",
        "Criteria missed most",
        "To be reviewed by a person",
        "Left ungraded",
        "Transcripts",
        "interview-07.vtt",
    ]
    assert headings[11] == "What is the trade-off between bias and variance?"
    plain = " ".join(found.text.split())
    assert "the judge's reply could not be read, twice" in plain
    assert "Not in the bank How was your journey?" in plain
    assert "Asked but not answered And what is a kernel?" in plain
    histogram = next(a for a in found.named("svg") if a.get("class") == "histogram")
    assert (histogram["aria-label"] or "").startswith(
        "Number of answers by score: 0-9: 2, 10-19: 0"
    )


def test_empty_answer_has_no_quotes_to_mark(
    excellent: Grade, one: Callable[[Grade], Results]
) -> None:
    found = page(one(grade_with(excellent, " \n", [])))
    assert "No words were given." in found.text


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_function_knows_black_and_white() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
def test_text_has_enough_contrast(single: Results, mode: str) -> None:
    style = render(single, "html").partition("<style>")[2]
    start = {
        "light": ":root",
        "dark": "@media (prefers-color-scheme: dark)",
        "print": "@media print",
    }
    block = style.partition(start[mode])[2].partition("}")[0]
    colour = {
        name: code if len(code) == 7 else "#" + "".join(2 * c for c in code[1:])
        for name, code in re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)
    }
    pairs = [("ink", "page"), ("ink", "card"), ("quiet", "page"), ("quiet", "card")]
    pairs += [("accent", "card"), ("accent", "soft"), ("accent", "page"), ("unscored", "soft")]
    for tone in ("met", "partly", "missed", "contradicted", "unscored"):
        pairs += [(tone, f"{tone}-soft"), (tone, "card"), ("ink", f"{tone}-soft")]
    low = {pair: round(contrast(colour[pair[0]], colour[pair[1]]), 2) for pair in pairs}
    assert not {pair: ratio for pair, ratio in low.items() if ratio < 4.5}
