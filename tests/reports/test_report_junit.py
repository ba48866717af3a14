"""JUnit XML that any parser takes, whatever an answer holds."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.reports._text import visible
from vivavoce.reports.junit import lines
from vivavoce.reports.run import Run


def suite(run: Run) -> ElementTree.Element:
    root = ElementTree.fromstring("".join(lines(run)).encode())
    (found,) = root
    assert {k: v for k, v in root.items() if k != "name"} == {
        k: v for k, v in found.items() if k != "name"
    }
    return found


def outcome(case: ElementTree.Element) -> ElementTree.Element | None:
    return next((child for child in case if child.tag in ("failure", "error", "skipped")), None)


def test_a_case_an_answer_and_the_counts_of_them(batch: Results) -> None:
    found = suite(Run.of(batch))
    assert dict(found.items()) == {
        "name": "Autumn interviews <2>",
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }
    cases = found.findall("testcase")
    states = [None if (o := outcome(case)) is None else o.tag for case in cases]
    assert states == [None, "failure", "failure", "skipped", "error"]
    assert cases[0].get("classname") == "bias-variance"
    assert cases[0].get("name") == "Amara Okafor interview-07.vtt#2"


def test_a_failure_says_why(wrong: Grade) -> None:
    (case,) = suite(Run.of(Results(grades=(wrong,)), pass_mark=60))
    failure = outcome(case)
    assert failure is not None
    assert failure.get("message") == "0 of 100, below the pass mark 60"
    assert (
        (failure.text or "").splitlines()[0].startswith("contradicted (3 points, credit 0): Bias")
    )
    values = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert values["total"] == "0"
    assert values["interval"] == "0 to 14"
    assert values["needs_review"] == "true"
    assert values["signature"] == str(wrong.signature)
    assert (case.findtext("system-out") or "").endswith(wrong.answer.text)


@pytest.mark.parametrize(("pass_mark", "failures"), [(0, "0"), (3, "1"), (94.4, "2"), (95, "3")])
def test_the_pass_mark_itself_passes(batch: Results, pass_mark: float, failures: str) -> None:
    assert suite(Run.of(batch, pass_mark=pass_mark)).get("failures") == failures


def test_ungraded_is_an_error_with_its_reason_and_unscored_is_skipped(batch: Results) -> None:
    *_, unscored, ungraded = suite(Run.of(batch))
    error = ungraded.find("error")
    assert error is not None
    assert error.get("message") == "the judge's reply could not be read, twice"
    assert ungraded.findtext("system-out") == "f1-score\n\n\nThe F1 [inaudible]"
    assert [p.get("name") for p in unscored.iter("property")] == ["needs_review", "signature"]


def test_a_persons_score_decides(reviewed: Run) -> None:
    found = suite(reviewed)
    # The wrong answer got 25 of a person, the ungraded one 60.
    assert (found.get("failures"), found.get("errors"), found.get("skipped")) == ("2", "0", "1")
    cases = found.findall("testcase")
    failure = outcome(cases[1])
    assert failure is not None
    assert failure.get("message") == "25 of 100, below the pass mark 50"
    values = {p.get("name"): p.get("value") for p in cases[4].iter("property")}
    assert values["human"] == "60"
    assert "total" not in values


def test_a_low_score_by_a_person_fails_what_was_ungraded(reviewed: Run, batch: Results) -> None:
    (*_, case) = suite(Run.of(batch, reviewed.reviews, pass_mark=61))
    failure = outcome(case)
    assert failure is not None
    assert (failure.tag, failure.text) == ("failure", None)


@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("<>&\"'\x00\x0b\x85\ufffe\ud800]")), max_size=60
    )
)
def test_any_text_comes_back_as_it_can_be_seen(words: str) -> None:
    answer = Answer(question=words, text=words, id=words, candidate=words, source=words)
    left = Ungraded(answer=answer, reason=words)
    (case,) = suite(Run.of(Results(title=words, ungraded=(left,))))
    told = case.findtext("system-out") or ""
    assert told.endswith(visible(words))
    error = case.find("error")
    assert error is not None
    assert error.get("message") == " ".join(visible(words).split())


def test_an_empty_run_is_an_empty_suite() -> None:
    found = suite(Run.of(Results()))
    assert (found.get("tests"), len(found)) == ("0", 0)
