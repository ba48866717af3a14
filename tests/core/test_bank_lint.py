"""What one rubric is found to lack. Every case mends or breaks one thing of a sound rubric."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.bank_lint import EXEMPLARS, PLACEHOLDER, Finding, is_unfilled, lint_rubric
from vivavoce.core.rubric import Rubric

VERDICTS: dict[str, tuple[float, dict[str, str], list[str]]] = {
    "excellent": (100, {"c1": "met", "c2": "met", "c3": "met", "c4": "met"}, []),
    "good": (75, {"c1": "met", "c2": "met", "c3": "met"}, []),
    "terse": (75, {"c1": "met", "c2": "met", "c3": "met"}, []),
    "spoken": (75, {"c1": "met", "c2": "met", "c4": "met"}, []),
    "partial": (30, {"c1": "met", "c2": "partly"}, []),
    "misconception": (0, {"c1": "contradicted"}, ["m1"]),
    "stuffed": (0, {}, []),
    "off-topic": (0, {}, []),
}


def sound() -> dict[str, Any]:
    """A rubric without findings, as plain data. All criteria are worth 2 points of 8."""
    return {
        "id": "sound",
        "number": 1,
        "question": "What is it?",
        "asked_as": [f"Wording {i}?" for i in range(6)],
        "category": "algorithms",
        "reference": " ".join(f"word{i}" for i in range(60)),
        "criteria": [
            {
                "id": f"c{i}",
                "points": 2,
                "statement": f"Point {i} holds.",
                "accept": [f"True {i} {j}." for j in range(4)],
                "reject": [f"False {i} {j}." for j in range(3)],
            }
            for i in range(1, 5)
        ],
        "misconceptions": [
            {
                "id": f"m{i}",
                "statement": f"Belief {i}.",
                "heard_as": [f"Heard {i} {j}." for j in range(2)],
                "correction": "No.",
                "deduct": 1,
            }
            for i in range(1, 4)
        ],
        "follow_ups": [f"And then {i}?" for i in range(3)],
        "reading": [{"title": f"Book {i}", "url": "https://example.org/"} for i in range(2)],
        "exemplars": [
            {
                "level": level.value,
                "score": VERDICTS[level.value][0],
                "answer": f"Answer {level.value} {i}.",
                "verdicts": VERDICTS[level.value][1],
                "misconceptions": VERDICTS[level.value][2],
            }
            for level, count in EXEMPLARS.items()
            for i in range(count)
        ],
    }


def put(data: dict[str, Any], path: str, value: object) -> None:
    """Sets `criteria.0.accept` and the like; a callable is given the old value."""
    *parents, last = [int(p) if p.isdecimal() else p for p in path.split(".")]
    place: Any = data
    for part in parents:
        place = place[part]
    place[last] = value(place[last]) if callable(value) else value


def findings(**changes: object) -> list[Finding]:
    data = sound()
    for path, value in changes.items():
        put(data, path.replace("__", "."), value)
    return lint_rubric(Rubric.model_validate(data))


def short(found: list[Finding]) -> list[tuple[str, str]]:
    return [(f.severity, f.field) for f in found]


def test_a_sound_rubric_has_no_finding() -> None:
    assert findings() == []


def drop(items: list[Any]) -> list[Any]:
    return items[:-1]


@pytest.mark.parametrize(
    ("path", "field", "told"),
    [
        ("asked_as", "asked_as", "has 5 wordings, expected at least 6"),
        ("criteria__1__accept", "criteria.c2.accept", "has 3 true sentences, expected at least 4"),
        ("criteria__3__reject", "criteria.c4.reject", "has 2 false sentences, expected at least 3"),
        ("misconceptions", "misconceptions", "has 2 wrong beliefs, expected at least 3"),
        ("misconceptions__0__heard_as", "misconceptions.m1.heard_as", "has 1 ways to say it"),
        ("follow_ups", "follow_ups", "has 2 questions, expected at least 3"),
        ("reading", "reading", "has 1 sources, expected at least 2"),
        ("exemplars", "exemplars", "has 13; add 1 more off-topic"),
    ],
)
def test_one_too_few_of_anything(path: str, field: str, told: str) -> None:
    (found,) = findings(**{path: drop})
    assert (found.rubric, found.severity, found.field) == ("sound", "error", field)
    assert told in found.message


@pytest.mark.parametrize(("words", "wrong"), [(59, True), (60, False), (200, False), (201, True)])
def test_length_of_the_reference(words: int, wrong: bool) -> None:
    found = findings(reference=" ".join(["word"] * words))
    assert short(found) == ([("error", "reference")] if wrong else [])
    assert not found or f"has {words} words, expected 60 to 200" in found[0].message


@pytest.mark.parametrize(("count", "wrong"), [(3, True), (4, False), (7, False), (8, True)])
def test_number_of_criteria(count: int, wrong: bool) -> None:
    criteria = [
        {
            "id": f"c{i}",
            "points": 2,
            "statement": f"Point {i} holds.",
            "accept": [f"True {i} {j}." for j in range(4)],
            "reject": [f"False {i} {j}." for j in range(3)],
        }
        for i in range(count)
    ]
    exemplars = [e | {"verdicts": {}, "score": 0} for e in sound()["exemplars"]]
    errors = [f for f in findings(criteria=criteria, exemplars=exemplars) if f.severity == "error"]
    assert short(errors) == ([("error", "criteria")] if wrong else [])


def test_every_level_that_is_short_is_named() -> None:
    (found,) = [f for f in findings(exemplars=[]) if f.field == "exemplars"]
    assert "2 more excellent" in found.message
    assert "1 more stuffed, 1 more off-topic" in found.message


# The verdicts of the first `partial` exemplar add up to 100 * (2 + 1) / 8 = 37.5.
@pytest.mark.parametrize(("score", "wrong"), [(27, True), (27.5, False), (47.5, False), (48, True)])
def test_score_and_verdicts_must_agree_to_ten(score: float, wrong: bool) -> None:
    found = findings(exemplars__8__score=score)
    assert short(found) == ([("error", "exemplars[8]")] if wrong else [])
    assert not found or f"(partial) score is {score:g}, but" in found[0].message
    assert not found or "add up to 38" in found[0].message


@pytest.mark.parametrize("place", [12, 13])
def test_an_answer_that_claims_nothing_meets_nothing(place: int) -> None:
    found = findings(
        **{f"exemplars__{place}__verdicts": {"c1": "met"}, f"exemplars__{place}__score": 21}
    )
    assert short(found) == [("error", f"exemplars[{place}]")] * 2
    assert "'met'" in found[0].message
    assert "at most 20" in found[1].message


def test_a_criterion_that_no_exemplar_meets() -> None:
    exemplars = [
        e | {"verdicts": {k: v for k, v in e["verdicts"].items() if k != "c3"}}
        for e in sound()["exemplars"]
    ]
    found = [f for f in findings(exemplars=exemplars) if f.severity == "warning"]
    assert short(found) == [("warning", "criteria.c3")]


def test_misconceptions_that_no_exemplar_states() -> None:
    exemplars = [e | {"misconceptions": []} for e in sound()["exemplars"]]
    assert short(findings(exemplars=exemplars)) == [("warning", "misconceptions")]


def test_a_misconception_answer_without_anything_wrong() -> None:
    found = findings(exemplars__10__verdicts={}, exemplars__10__misconceptions=[])
    assert short(found) == [("warning", "exemplars[10]")]


def test_a_deduction_dearer_than_any_criterion() -> None:
    assert findings(misconceptions__1__deduct=2) == []
    assert short(findings(misconceptions__1__deduct=2.5)) == [
        ("warning", "misconceptions.m2.deduct")
    ]


def test_a_follow_up_that_asks_nothing() -> None:
    assert short(findings(follow_ups__0="Tell me more.")) == [("warning", "follow_ups")]


@pytest.mark.parametrize(
    ("path", "sentence", "severity", "field", "first"),
    [
        ("criteria__0__accept__1", "true 1 0", "error", "criteria.c1.accept", "the same field"),
        ("criteria__1__accept__0", "True  1 0!", "error", "criteria.c2.accept", "c1.accept"),
        ("criteria__1__reject__0", "True 1 0.", "error", "criteria.c2.reject", "c1.accept"),
        ("misconceptions__0__statement", "True 1 0.", "error", "misconceptions.m1", "c1.accept"),
        ("misconceptions__0__statement", "False 1 0.", "warning", "misconceptions.m1", "c1.reject"),
        ("asked_as__2", "what is it", "error", "asked_as", "question"),
        ("exemplars__3__answer", "answer excellent 0", "error", "exemplars[3]", "exemplars[0]"),
    ],
)
def test_a_sentence_used_twice(
    path: str, sentence: str, severity: str, field: str, first: str
) -> None:
    (found,) = findings(**{path: sentence})
    assert (found.severity, found.field) == (severity, field)
    assert first in found.message


def test_sentences_that_differ_in_a_symbol_are_two() -> None:
    assert (
        findings(criteria__0__accept__0="P(A) > P(B)", criteria__0__reject__0="P(A) < P(B)") == []
    )


@pytest.mark.parametrize(
    "reject",
    [
        "A high bias is really the same as underfitting.",
        "so high bias, well, that is just the same as underfitting",
    ],
)
def test_a_false_sentence_that_claims_what_a_true_one_does(reject: str) -> None:
    (found,) = findings(
        criteria__0__accept__0="High bias is the same as underfitting.",
        criteria__1__reject__0=reject,
    )
    assert (found.severity, found.field) == ("error", "criteria.c2.reject")
    assert "High bias is the same" in found.message


@pytest.mark.parametrize(
    ("accept", "reject"),
    [
        ("P(A given B) times P(B).", "P(B given A) times P(A)."),
        ("Five of them overfit less than one.", "Five of them overfit more than one."),
        ("Neither formula holds it.", "Both formulas hold it."),
        ("Rows come before columns.", "Columns come before rows."),
        ("It can fall.", "It cannot fall."),
        ("It must fall.", "It may fall."),
    ],
)
def test_minimal_pairs_are_no_finding(accept: str, reject: str) -> None:
    assert findings(criteria__0__accept__0=accept, criteria__0__reject__0=reject) == []


COPIED = "the model follows every wiggle of its training sample closely"  # 10 words


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("criteria__1__statement", "criteria.c2.statement"),
        ("criteria__1__accept__2", "criteria.c2.accept"),
        ("criteria__1__reject__1", "criteria.c2.reject"),
        ("misconceptions__2__statement", "misconceptions.m3"),
        ("reference", "reference"),
    ],
)
def test_an_exemplar_copied_from_what_it_is_graded_against(path: str, field: str) -> None:
    known = f"{COPIED} {' '.join(f'w{i}' for i in range(60))}" if path == "reference" else COPIED
    (found,) = findings(**{path: known, "exemplars__3__answer": f"I say {COPIED}, you know."})
    assert (found.severity, found.field) == ("warning", "exemplars[3]")
    assert f"10 words in a row from {path.split('__', maxsplit=1)[0]}" in found.message
    assert f"'{COPIED}'" in found.message


def test_seven_words_in_a_row_are_no_copy() -> None:
    seven = " ".join(COPIED.split()[:7])
    assert findings(criteria__1__statement=COPIED, exemplars__3__answer=f"{seven} nicely") == []


def test_a_formula_is_no_copy() -> None:
    formula = "P(A|B) = P(B|A) P(A) / P(B)"
    assert findings(criteria__1__statement=f"So {formula}.", exemplars__3__answer=formula) == []


def test_what_is_left_of_a_skeleton_is_counted_by_field() -> None:
    found = findings(
        question=f"{PLACEHOLDER}: ask.",
        reference=f"{PLACEHOLDER}: tell.",
        criteria__0__accept=[f"{PLACEHOLDER}: say."] * 4,
        exemplars__0__answer=f"{PLACEHOLDER}: answer.",
    )
    assert [(f.field, f.message.split(" still")[0]) for f in found] == [
        ("question", "1 text is"),
        ("reference", "1 text is"),
        ("criteria.c1", "4 texts are"),
        ("exemplars", "1 text is"),
    ]
    assert is_unfilled(f"{PLACEHOLDER}: x")
    assert not is_unfilled("Fill in the form.")


@given(st.text(min_size=1, max_size=40).filter(lambda t: t.strip()), st.floats(0, 100))
def test_any_rubric_can_be_checked(text: str, score: float) -> None:
    data = sound() | {"question": text, "asked_as": [text], "reference": text}
    data["criteria"] = [{"id": "c1", "points": 1, "statement": text, "accept": [text]}]
    data["exemplars"] = [{"level": "good", "score": score, "answer": text}]
    found = lint_rubric(Rubric.model_validate(data))
    assert {"criteria", "asked_as", "exemplars"} <= {f.field for f in found}
    assert {f.rubric for f in found} == {"sound"}
