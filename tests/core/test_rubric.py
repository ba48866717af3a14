"""The rubric: totals of exemplars worked by hand, the digest, ids that must be unique."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vivavoce.core.rubric import Bank, Exemplar, Rubric, Verdict


def data(**changes: Any) -> dict[str, Any]:
    """Criteria of 5, 3 and 2 points; beliefs that cost 1 and 4."""
    return {
        "id": "r",
        "number": 1,
        "question": "What?",
        "asked_as": ["Which?"],
        "category": "algorithms",
        "reference": "That.",
        "criteria": [
            {"id": "a", "points": 5, "statement": "A.", "accept": ["Aa.", "Ab."]},
            {"id": "b", "points": 3, "statement": "B."},
            {"id": "c", "points": 2, "statement": "C."},
        ],
        "misconceptions": [
            {"id": "m", "statement": "M.", "heard_as": ["Mm."], "correction": "No.", "deduct": 1},
            {"id": "n", "statement": "N.", "correction": "No.", "deduct": 4},
        ],
    } | changes


def rubric(**changes: Any) -> Rubric:
    return Rubric.model_validate(data(**changes))


def exemplar(verdicts: dict[str, str], misconceptions: tuple[str, ...] = ()) -> Exemplar:
    return Exemplar.model_validate(
        {
            "level": "good",
            "score": 50,
            "answer": "x",
            "verdicts": verdicts,
            "misconceptions": misconceptions,
        }
    )


@pytest.mark.parametrize(
    ("verdicts", "stated", "total"),
    [
        ({"a": "met", "b": "met", "c": "met"}, (), 100.0),
        ({"a": "met", "b": "partly", "c": "missed"}, (), 65.0),  # (5 + 1.5) / 10
        ({"a": "met"}, (), 50.0),  # what is left out is missed
        ({"a": "contradicted", "b": "met"}, (), 30.0),  # contradicting earns what missing does
        ({"a": "met", "b": "met"}, ("m",), 70.0),  # (8 - 1) / 10
        ({"a": "met"}, ("m", "n"), 0.0),  # 5 - 5
        ({"c": "partly"}, ("n",), 0.0),  # 1 - 4 is no less than nothing
        ({}, (), 0.0),
    ],
)
def test_totals_worked_by_hand(
    verdicts: dict[str, str], stated: tuple[str, ...], total: float
) -> None:
    assert rubric().score_of(exemplar(verdicts, stated)) == pytest.approx(total)


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["met", "partly", "missed", "contradicted"]),
    ),
    st.sets(st.sampled_from(["m", "n"])),
)
def test_totals_stay_between_0_and_100_and_a_belief_never_adds(
    verdicts: dict[str, str], stated: set[str]
) -> None:
    without = rubric().score_of(exemplar(verdicts))
    total = rubric().score_of(exemplar(verdicts, tuple(stated)))
    assert 0 <= total <= without <= 100


def test_points_questions_and_phrasings() -> None:
    r = rubric()
    assert r.points == 10
    assert r.questions == ("What?", "Which?")
    assert r.criteria[0].affirmations == ("A.", "Aa.", "Ab.")
    assert r.misconceptions[0].phrasings == ("M.", "Mm.")
    assert exemplar({"a": "met"}).verdict("b") is Verdict.MISSED


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 7},
        {"reading": [{"title": "Book", "url": "https://example.org/"}]},
        {"exemplars": [exemplar({"a": "met"}).model_dump()]},
    ],
)
def test_the_digest_is_unaffected_by_what_decides_no_grade(changes: dict[str, Any]) -> None:
    assert rubric(**changes).digest == rubric().digest


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "What else?"},
        {"reference": "Those."},
        {"asked_as": []},
        {"kind": "open"},
        {"criteria": [{"id": "a", "points": 4, "statement": "A."}]},
        {"misconceptions": []},
        {"follow_ups": ["Why?"]},
    ],
)
def test_the_digest_changes_with_what_a_grade_shows(changes: dict[str, Any]) -> None:
    assert rubric(**changes).digest != rubric().digest


def test_the_digest_is_twelve_hex_digits_and_stable() -> None:
    assert len(rubric().digest) == 12
    assert int(rubric().digest, 16) >= 0
    assert rubric().digest == Rubric.model_validate_json(rubric().model_dump_json()).digest


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"criteria": data()["criteria"] * 2}, "criteria 'a' is used more than once"),
        ({"misconceptions": data()["misconceptions"] * 2}, "misconceptions 'm' is used more"),
        (
            {"exemplars": [exemplar({"z": "met"}).model_dump()]},
            "exemplars[0].verdicts names the unknown criterion 'z'; the criteria are a, b, c",
        ),
        (
            {"exemplars": [exemplar({}), exemplar({}, ("q",))]},
            "exemplars[1].misconceptions names the unknown misconception 'q'",
        ),
    ],
)
def test_ids_must_agree(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as error:
        rubric(**changes)
    assert told in str(error.value)


def test_every_disagreement_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as error:
        rubric(
            criteria=data()["criteria"] * 2, exemplars=[exemplar({"z": "met", "y": "met"}, ("q",))]
        )
    for told in ("'a' is used", "'b' is used", "criterion 'y'", "criterion 'z'", "'q'"):
        assert told in str(error.value)


@pytest.mark.parametrize("name", ["", "Big", "a_b", "a--b", "-a", "a b", "é", "a\n", "x" * 61])
def test_what_is_no_id(name: str) -> None:
    with pytest.raises(ValidationError):
        rubric(id=name)


def test_a_bank_has_one_rubric_an_id_and_a_number() -> None:
    one, other = rubric(), rubric(id="s", number=2)
    bank = Bank(rubrics=(one, other))
    assert len(bank) == 2
    assert bank.get("s") is other
    assert bank.get("t") is None
    assert bank.numbered(1) is one
    assert bank.numbered(3) is None
    with pytest.raises(ValidationError, match="id 'r' is used more than once"):
        Bank(rubrics=(one, rubric(number=2)))
    with pytest.raises(ValidationError, match="number '1' is used more than once"):
        Bank(rubrics=(one, rubric(id="s")))
