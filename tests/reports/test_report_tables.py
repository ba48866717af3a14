"""By candidate, by question and by criterion: arithmetic by hand."""

from __future__ import annotations

import pytest

from vivavoce.core.grade import CriterionGrade, Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.review import items_of
from vivavoce.core.rubric import Verdict
from vivavoce.reports._heat import MOST_PEOPLE, HeatCell, heat_of
from vivavoce.reports._tables import Tables
from vivavoce.reports.run import Run


def graded(grade: Grade, question: str, who: str, total: float, *credits: float | None) -> Grade:
    """A grade with a criterion for each credit: 1 met, 0 missed, -1 contradicted, None unscored."""
    kinds = {None: Verdict.UNSCORED, 1: Verdict.MET, 0: Verdict.MISSED, -1: Verdict.CONTRADICTED}
    criteria = tuple(
        CriterionGrade(
            id=f"c{n}",
            statement=f"Statement {n}",
            points=1,
            verdict=kinds.get(credit, Verdict.PARTLY),
            credit=None if credit is None else max(0.0, credit),
        )
        for n, credit in enumerate(credits, 1)
    )
    answer = grade.answer.model_copy(update={"candidate": who, "question": question})
    return grade.model_copy(
        update={
            "question_id": question,
            "question": f"What is {question}?",
            "answer": answer,
            "total": total,
            "criteria": criteria,
        }
    )


@pytest.fixture
def results(excellent: Grade, ungraded: Ungraded) -> Results:
    def left(question: str, who: str) -> Ungraded:
        answer = ungraded.answer.model_copy(update={"question": question, "candidate": who})
        return ungraded.model_copy(update={"answer": answer})

    return Results(
        grades=(
            graded(excellent, "easy", "Ada", 90, 1, 1),
            graded(excellent, "hard", "Ada", 20, 0, -1),
            graded(excellent, "easy", "Ben", 70, 1, 0.5),
            graded(excellent, "hard", "Ben", 40, 0, 1),
            graded(excellent, "hard", " ", 30, 0, None),
            graded(excellent, "silent", "Ada", 0, None, None),
        ),
        ungraded=(left("hard", "Ben"), left("What is easy?", "Cy"), left("new one", "Cy")),
    )


def test_candidates(results: Results) -> None:
    found = Tables(items_of(results)).candidates
    assert [(r.name, r.scored, r.mean, r.lowest, r.highest, r.ungraded) for r in found] == [
        ("Ada", 2, 55, 20, 90, 1),
        ("Ben", 2, 55, 40, 70, 1),
        ("Unnamed", 1, 30, 30, 30, 0),
        ("Cy", 0, None, None, None, 2),
    ]


def test_questions_the_hardest_first_and_those_without_a_score_last(results: Results) -> None:
    found = Tables(items_of(results)).questions
    assert [(r.key, r.scored, r.mean, r.ungraded) for r in found] == [
        ("hard", 3, 30, 1),
        ("easy", 2, 80, 1),
        ("silent", 0, None, 1),
        ("new one", 0, None, 1),
    ]


def test_people_beside_the_machine(batch: Results, reviewed: Run) -> None:
    found = {r.name: r for r in Tables(reviewed.items()).candidates}
    amara = found["Amara Okafor"]
    # 98.2 for an answer of 94.4, and 60 for one that the machine left ungraded.
    assert (amara.reviewed, amara.human, amara.machine) == (2, pytest.approx(79.1), 94.4)
    assert found["Jonas Weber"].human == 25


def test_criteria(results: Results) -> None:
    easy, hard, silent = Tables(items_of(results)).criteria
    assert (easy.question, hard.id) == ("What is easy?", "hard")
    first, second = hard.criteria
    assert (first.verdicts[Verdict.MISSED], first.lost, first.scored, first.credit) == (3, 3, 3, 0)
    assert (second.lost, second.scored, second.credit) == (1, 2, 0.5)
    assert second.share(Verdict.UNSCORED) == pytest.approx(1 / 3)
    assert easy.criteria[1].credit == 0.75
    assert [row.credit for row in silent.criteria] == [None, None]


def test_the_heat_map_has_a_cell_for_each_answer_of_each_candidate(results: Results) -> None:
    numbered = list(enumerate(results.grades, 1))
    heat = heat_of(numbered, Tables(items_of(results)).criteria)
    assert heat.people == ("Ada", "Ben", "Unnamed")
    assert heat.unscored
    hard = heat.questions[1].rows[1]
    assert hard.people == (
        (HeatCell(2, 2, Verdict.CONTRADICTED),),
        (HeatCell(4, 2, Verdict.MET),),
        (HeatCell(5, 2, Verdict.UNSCORED),),
    )


def test_too_many_candidates_have_no_columns(excellent: Grade) -> None:
    grades = [graded(excellent, "easy", f"c{n}", 50, 1) for n in range(MOST_PEOPLE + 1)]
    numbered = list(enumerate(grades, 1))
    heat = heat_of(numbered, Tables(items_of(Results(grades=tuple(grades)))).criteria)
    assert heat.people == ()
    assert heat.questions[0].rows[0].people == ()
    assert len(heat_of(numbered[:-1], ()).people) == MOST_PEOPLE
