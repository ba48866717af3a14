"""A local grade and judges' readings become one grade: worked-out arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.core.answer import Answer, Span
from vivavoce.core.grade import CriterionGrade, Flag, Grade, Interval, Signature
from vivavoce.core.judge_review import Ballot
from vivavoce.core.judged import fuse, is_unscored, unjudged, view_of
from vivavoce.core.rubric import Category, Criterion, Rubric, Verdict
from vivavoce.core.verdicts import Opinion, Reading

TEXT = "Lakes freeze and birds migrate."
MET, PARTLY, MISSED, AGAINST = (
    Verdict.MET,
    Verdict.PARTLY,
    Verdict.MISSED,
    Verdict.CONTRADICTED,
)
RUBRIC = Rubric(
    id="winter",
    number=1,
    question="What happens in winter?",
    category=Category.PROGRAMMING,
    reference="Lakes freeze, birds migrate.",
    criteria=(
        Criterion(id="lakes", points=3, statement="The lakes freeze."),
        Criterion(id="birds", points=1, statement="The birds migrate."),
    ),
)


def local(
    credits: tuple[float | None, float | None], total: float, *flags: Flag, half: float = 20.0
) -> Grade:
    return Grade(
        question_id="winter",
        question=RUBRIC.question,
        answer=Answer(question="winter", text=TEXT),
        total=total,
        interval=Interval(low=max(0.0, total - half), high=min(100.0, total + half)),
        criteria=tuple(
            CriterionGrade(
                id=c.id,
                statement=c.statement,
                points=c.points,
                verdict=Verdict.UNSCORED if credit is None else MET if credit >= 0.6 else MISSED,
                credit=credit,
            )
            for c, credit in zip(RUBRIC.criteria, credits, strict=True)
        ),
        flags=flags,
        signature=Signature(rubric="r", embedder="e", scorer="s", version="0"),
    )


def ballot(lakes: Verdict, birds: Verdict, judge: str = "j", sample: int = 0) -> Ballot:
    def opinion(verdict: Verdict) -> Opinion:
        if verdict is Verdict.UNSCORED:
            return Opinion(verdict, problem="It gave none.")
        spans = () if verdict is MISSED else (Span(start=0, end=12),)
        return Opinion(verdict, "So.", spans)

    opinions = {"lakes": opinion(lakes), "birds": opinion(birds)}
    return Ballot(judge, sample, Reading(opinions, None, 1, 1))


def fused(grade: Grade, *ballots: Ballot, weight: float = 0.7) -> Grade:
    return fuse(RUBRIC, grade, ballots, judge="j", prompt="p", weight=weight)


def test_seven_parts_judge_and_three_parts_local():
    grade = fused(local((0.5, 0.2), 42.5), ballot(MET, PARTLY))
    lakes, birds = grade.criteria
    assert lakes.credit == pytest.approx(0.7 * 1 + 0.3 * 0.5)  # 0.85
    assert birds.credit == pytest.approx(0.7 * 0.5 + 0.3 * 0.2)  # 0.41
    assert (lakes.verdict, birds.verdict) == (MET, PARTLY)
    assert lakes.local and lakes.local.credit == 0.5
    assert lakes.judge and lakes.judge.evidence[0].quote == "Lakes freeze"
    # (3 * 0.85 + 1 * 0.41) / 4
    assert grade.total == pytest.approx(74.0, abs=0.05)
    assert (grade.signature.judge, grade.signature.prompt) == ("j", "p")


def test_where_the_judge_has_no_verdict_the_local_credit_stands():
    grade = fused(local((0.5, 0.2), 42.5), ballot(Verdict.UNSCORED, MET))
    assert grade.criteria[0].credit == 0.5
    assert grade.criteria[1].credit == pytest.approx(0.76)
    assert is_unscored(grade)
    assert any("left 1 of 2 criteria unscored" in r for r in grade.review)


def test_where_the_local_grader_has_none_the_judges_stands():
    grade = fused(local((None, 0.2), 20.0), ballot(MET, MISSED))
    assert grade.criteria[0].credit == 1.0


def test_weight_zero_leaves_credits_and_total_alone():
    before = local((0.5, 0.2), 42.5)
    after = fused(before, ballot(MET, MET), weight=0.0)
    assert [c.credit for c in after.criteria] == [0.5, 0.2]
    assert after.total == pytest.approx(42.5)


@pytest.mark.parametrize(
    ("votes", "verdict", "agreement"),
    [
        ((MET, MET, MISSED), MET, 0.667),
        ((MET, PARTLY), PARTLY, 0.5),  # equal and side by side: the lower one
        ((MISSED, AGAINST), AGAINST, 0.5),
        ((MET, MISSED), Verdict.UNSCORED, None),  # equal and far apart: nobody knows
        ((MET, Verdict.UNSCORED), MET, 1.0),
        ((Verdict.UNSCORED,), Verdict.UNSCORED, None),
    ],
)
def test_the_majority_counts(votes, verdict, agreement):
    ballots = [ballot(v, MET, sample=n) for n, v in enumerate(votes)]
    view = view_of(RUBRIC.criteria[0], ballots, Answer(question="winter", text=TEXT))
    assert view.verdict is verdict
    assert view.agreement == (None if agreement is None else pytest.approx(agreement))
    assert (view.credit is None) == (verdict is Verdict.UNSCORED)
    assert len(view.votes) == len(votes)


def test_agreement_narrows_the_interval_and_disagreement_widens_it():
    before = local((1.0, 1.0), 50.0, half=20.0)
    same = fused(before, ballot(MET, MET))
    apart = fused(local((1.0, 1.0), 50.0, half=20.0), ballot(MISSED, MISSED))
    # Half-widths 20 * 0.6 and 20 * 1.5, cut at the ends of the scale.
    assert same.total - same.interval.low == pytest.approx(12.0, abs=0.1)
    assert apart.interval.high - apart.total == pytest.approx(30.0, abs=0.1)
    assert any("disagree on lakes, birds" in r for r in apart.review)


def test_a_flag_that_caps_holds_against_the_judge():
    before = local((0.2, 0.1), 10.0, Flag.KEYWORD_LIST)
    after = fused(before, ballot(MET, MET))
    assert after.total <= before.total
    assert [c.credit for c in after.criteria] == [0.2, 0.1]


def test_a_grade_that_could_not_be_judged_keeps_its_total_and_says_why():
    before = local((0.5, 0.2), 42.5)
    after = unjudged(before, "No server.")
    assert after.total == before.total
    assert is_unscored(after)
    assert "It was not judged: No server." in after.review
    assert not is_unscored(before)


SCORES = st.sampled_from([MET, PARTLY, MISSED, AGAINST, Verdict.UNSCORED])


@given(
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.lists(st.tuples(SCORES, SCORES), min_size=1, max_size=5),
    st.floats(0, 1),
)
def test_credits_lie_between_both_sources_and_the_total_in_its_interval(credits, votes, weight):
    ballots = [ballot(a, b, sample=n) for n, (a, b) in enumerate(votes)]
    grade = fused(local(credits, 50.0), *ballots, weight=weight)
    for c in grade.criteria:
        assert c.local and c.judge and c.credit is not None and c.local.credit is not None
        ends = [c.local.credit, *([] if c.judge.credit is None else [c.judge.credit])]
        assert min(ends) - 1e-3 <= c.credit <= max(ends) + 1e-3
    assert grade.interval.low <= grade.total <= grade.interval.high
