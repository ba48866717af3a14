"""Feedback from verdicts: strengths, gaps, corrections and one next step."""

from __future__ import annotations

import pytest

from vivavoce.core.feedback import feedback_on
from vivavoce.core.grade import CriterionGrade, Evidence, Feedback, Flag, MisconceptionHeard
from vivavoce.core.integrity import CAPPING
from vivavoce.core.rubric import Category, Criterion, Rubric, Verdict

RUBRIC = Rubric(
    id="q",
    number=1,
    question="Why?",
    category=Category.PROGRAMMING,
    reference="Because.",
    criteria=(
        Criterion(id="small", points=1, statement="Small point.", accept=("A small one.",)),
        Criterion(id="large", points=5, statement="Large point."),
        Criterion(id="middle", points=3, statement="Middle point."),
    ),
    follow_ups=("And then?", "Since when?", "Who says so?"),
)
CREDIT = {
    Verdict.MET: 1.0,
    Verdict.PARTLY: 0.5,
    Verdict.MISSED: 0.0,
    Verdict.CONTRADICTED: 0.0,
    Verdict.UNSCORED: None,
}


def evidence(quote: str, statement: str = "Wrong sentence.") -> Evidence:
    return Evidence(start=0, end=len(quote), quote=quote, statement=statement, similarity=0.9)


def on(
    small: str = "met",
    large: str = "met",
    middle: str = "met",
    heard: tuple[MisconceptionHeard, ...] = (),
    flags: tuple[Flag, ...] = (),
) -> Feedback:
    verdicts = {"small": Verdict(small), "large": Verdict(large), "middle": Verdict(middle)}
    criteria = [
        CriterionGrade(
            id=c.id,
            statement=c.statement,
            points=c.points,
            verdict=verdicts[c.id],
            credit=CREDIT[verdicts[c.id]],
            evidence=(evidence(f"said of {c.id}"),),
        )
        for c in RUBRIC.criteria
    ]
    return feedback_on(RUBRIC, criteria, heard, flags)


def belief(name: str, deduct: float) -> MisconceptionHeard:
    return MisconceptionHeard(
        id=name,
        statement=f"Belief {name}.",
        correction=f"Rather not {name}.",
        deduct=deduct,
        evidence=evidence(f"said {name}"),
    )


def test_strengths_come_with_the_words_that_show_them_most_valuable_first() -> None:
    assert [(p.criterion, p.quote) for p in on(middle="partly").strengths] == [
        ("large", "said of large"),
        ("small", "said of small"),
    ]


def test_gaps_tell_what_to_say_in_other_words_where_there_are_any() -> None:
    gaps = on("missed", "missed", "partly").gaps

    assert [(g.criterion, g.say, g.partly) for g in gaps] == [
        ("large", "Large point.", False),
        ("middle", "Middle point.", True),
        ("small", "A small one.", False),
    ]


def test_a_contradiction_is_corrected_and_no_gap() -> None:
    feedback = on(large="contradicted")

    (correction,) = feedback.corrections
    assert correction.said == "said of large"
    assert correction.wrong == "Wrong sentence."
    assert correction.right == "Large point."
    assert feedback.gaps == ()


def test_misconceptions_are_corrected_first_the_dearest_before_the_others() -> None:
    feedback = on(large="contradicted", heard=(belief("a", 1), belief("b", 2)))

    assert [c.right for c in feedback.corrections] == [
        "Rather not b.",
        "Rather not a.",
        "Large point.",
    ]


def test_an_unscored_criterion_is_neither_strength_nor_gap() -> None:
    feedback = on(large="unscored")

    assert [p.criterion for p in feedback.strengths] == ["middle", "small"]
    assert (feedback.gaps, feedback.corrections) == ((), ())


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (("met", "met", "met"), "Nothing is missing. Practise saying it in under a minute."),
        (("missed", "met", "met"), "Add: Small point."),
        (("missed", "met", "missed"), "Add: Middle point."),
        # 5 points half said cost 2.5, 3 points missed cost 3.
        (("met", "partly", "missed"), "Add: Middle point."),
        (("missed", "partly", "met"), "Say fully: Large point."),
        (("missed", "met", "contradicted"), "Put this right first: Middle point."),
        (("missed", "unscored", "met"), "Add: Small point."),
    ],
)
def test_the_next_step_is_what_would_raise_the_score_most(
    verdicts: tuple[str, str, str], expected: str
) -> None:
    assert on(*verdicts).next_step == expected


@pytest.mark.parametrize("verdicts", [("unscored",) * 3, ("met", "unscored", "met")])
def test_nothing_is_called_complete_while_points_are_unscored(
    verdicts: tuple[str, str, str],
) -> None:
    assert "could not be judged" in on(*verdicts).next_step


def test_a_misconception_is_put_right_before_anything_is_added() -> None:
    step = on(large="missed", heard=(belief("a", 1), belief("b", 2))).next_step

    assert step == "Put this right first: Rather not b."


@pytest.mark.parametrize("flag", sorted(CAPPING))
def test_what_caps_the_score_is_the_next_step(flag: Flag) -> None:
    assert on("missed", flags=(Flag.VERY_LONG, flag)).next_step != on("missed").next_step


def test_each_cap_has_its_own_advice() -> None:
    assert len({on(flags=(flag,)).next_step for flag in CAPPING}) == len(CAPPING)


def test_other_flags_change_no_advice() -> None:
    assert on("missed", flags=(Flag.VERY_LONG,)).next_step == on("missed").next_step


def test_two_follow_up_questions_are_asked() -> None:
    assert on().follow_ups == ("And then?", "Since when?")
