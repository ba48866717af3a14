"""The check of a whole bank, with words that stand for meanings (HashEmbedder)."""

from __future__ import annotations

import pytest
from scipy.stats import spearmanr  # type: ignore[import-untyped]

from vivavoce.core.bank_lint import PLACEHOLDER
from vivavoce.core.rubric import Bank, Criterion, Exemplar, Level, Rubric
from vivavoce.services.bank_check import CheckReport, check_bank, length_correlation
from vivavoce.testing import HashEmbedder

TOPICS = ("bias rigid assumptions", "variance sample wiggle", "noise floor irreducible")


def criterion(place: int, **changes: object) -> Criterion:
    """A criterion whose sentences share three words that no other criterion has."""
    topic = TOPICS[place]
    fields: dict[str, object] = {
        "id": topic.split()[0],
        "points": 2,
        "statement": f"{topic} statement{place}",
        "accept": tuple(f"{topic} true{place}{i}" for i in range(4)),
        "reject": tuple(f"{topic} false{place}{i}" for i in range(3)),
    }
    return Criterion.model_validate(fields | changes)


def rubric(**changes: object) -> Rubric:
    fields: dict[str, object] = {
        "id": "r",
        "number": 1,
        "question": "what splits expected error",
        "asked_as": ("how splits expected error", "tell what splits expected error"),
        "category": "algorithms",
        "reference": "It splits.",
        "criteria": tuple(criterion(i) for i in range(3)),
    }
    return Rubric.model_validate(fields | changes)


def check(*rubrics: Rubric) -> CheckReport:
    return check_bank(Bank(rubrics=rubrics), HashEmbedder(256))


def by_meaning(report: CheckReport) -> list[tuple[str, str, str]]:
    """Findings that only an embedder can give."""
    signs = ("nearer to", "nearly")
    return [
        (f.rubric, f.severity, f.field)
        for f in report.findings
        if any(sign in f.message for sign in signs)
    ]


def test_distinct_criteria_and_questions_give_no_finding_by_meaning() -> None:
    other = rubric(
        id="s", number=2, question="which trees prune", asked_as=("how prune which trees",)
    )
    assert by_meaning(check(rubric(), other)) == []


def test_a_row_counts_what_the_rubric_holds() -> None:
    sample = Exemplar(level=Level.GOOD, score=33, answer="x", verdicts={"bias": "met"})
    report = check(rubric(exemplars=(sample,)))
    row = report.rows[0]
    assert row[:8] == ("r", 1, 3, 12, 9, 0, 2, 1)
    assert row.errors == sum(f.severity == "error" for f in report.findings) > 0
    assert row.warnings == sum(f.severity == "warning" for f in report.findings) > 0


def test_rows_keep_the_banks_order() -> None:
    report = check(rubric(), rubric(id="a", number=2))
    assert [row.id for row in report.rows] == ["r", "a"]
    assert [f.rubric for f in report.findings] == sorted(
        (f.rubric for f in report.findings), reverse=True
    )


def test_an_accept_that_belongs_to_another_criterion() -> None:
    accept = (*criterion(0).accept, f"{TOPICS[2]} stray")
    moved = rubric(criteria=(criterion(0, accept=accept), criterion(1), criterion(2)))
    assert by_meaning(check(moved)) == [("r", "error", "criteria.bias.accept")]
    (found,) = [f for f in check(moved).findings if "stray" in f.message]
    assert "nearer to the sentences of 'noise'" in found.message


def test_an_accept_between_two_criteria_is_left_alone() -> None:
    both = "bias rigid assumptions noise floor irreducible"
    accept = (*criterion(0).accept, both)
    mixed = rubric(criteria=(criterion(0, accept=accept), criterion(1), criterion(2)))
    assert by_meaning(check(mixed)) == []


def test_a_swapped_pair_is_not_its_own_evidence() -> None:
    """A stray sentence with its false twin beside it is still a stray one."""
    stray = "noise floor irreducible before after stray"
    twin = "noise floor irreducible after before stray"
    changed = criterion(
        0, accept=(*criterion(0).accept, stray), reject=(*criterion(0).reject, twin)
    )
    found = by_meaning(check(rubric(criteria=(changed, criterion(1), criterion(2)))))
    assert found == [("r", "error", "criteria.bias.accept")]


def test_an_open_criterions_statement_is_no_evidence() -> None:
    """It describes an answer and is none, so a likeness to it places no sentence."""
    stray = criterion(0, accept=(*criterion(0).accept, "names tool theirs"))
    other = criterion(1, statement="names tool of theirs", accept=("names tool",), reject=())
    criteria = (stray, other)
    assert by_meaning(check(rubric(criteria=criteria))) == [("r", "error", "criteria.bias.accept")]
    assert by_meaning(check(rubric(criteria=criteria, kind="open"))) == []


def test_criteria_with_nearly_the_same_statement_overlap() -> None:
    said = "rigid models lose whatever sample one draws"
    criteria = (criterion(0, statement=said), criterion(1, statement=f"{said} anyway"))
    # Seven words of eight: 7 / sqrt(7 * 8) = 0.94.
    assert by_meaning(check(rubric(criteria=criteria))) == [("r", "warning", "criteria.variance")]


def test_criteria_whose_accepts_mix_overlap() -> None:
    """Each accept of the one has a partner in the other, and none among its own."""
    words = ("alpha beta gamma", "delta epsilon zeta", "eta theta iota", "kappa lambda mu")
    one = criterion(0, accept=tuple(f"{w} one{i}" for i, w in enumerate(words)))
    other = criterion(1, accept=tuple(f"{w} other{i}" for i, w in enumerate(words)))
    found = check(rubric(criteria=(one, other)))
    assert ("r", "warning", "criteria.variance") in by_meaning(found)
    assert any("nearer to those of 'bias' than to each other" in f.message for f in found.findings)


def test_a_wording_that_asks_another_question() -> None:
    other = rubric(
        id="s",
        number=2,
        question="which trees prune",
        asked_as=("how prune which trees", "what splits expected error today"),
    )
    found = by_meaning(check(rubric(), other))
    assert ("s", "warning", "asked_as") in found
    assert all(severity == "warning" for _, severity, _ in found)


def test_the_same_question_under_two_ids() -> None:
    found = by_meaning(check(rubric(), rubric(id="s", number=2)))
    assert ("r", "warning", "question") in found
    assert ("s", "warning", "question") in found


def test_a_skeleton_is_not_judged_by_its_placeholders() -> None:
    filler = f"{PLACEHOLDER}: say it"
    bare = tuple(
        criterion(i, statement=filler, accept=(filler,) * 4, reject=(filler,) * 3) for i in range(3)
    )
    one = rubric(criteria=bare, question=filler, asked_as=(filler,) * 6)
    two = one.model_copy(update={"id": "s", "number": 2})
    assert by_meaning(check(one, two)) == []


def samples(*pairs: tuple[int, float]) -> Rubric:
    return rubric(
        exemplars=tuple(
            Exemplar(level=Level.GOOD, score=score, answer=" ".join(["word"] * words))
            for words, score in pairs
        )
    )


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (((1, 10), (2, 20), (3, 30)), 1.0),
        (((1, 30), (2, 20), (3, 10)), -1.0),
        # Ranks 0 1 2 and 0 2 1: 1 - 6 * (0 + 1 + 1) / (3 * 8) = 0.5.
        (((1, 0), (2, 90), (3, 50)), 0.5),
    ],
)
def test_rank_correlation_by_hand(pairs: tuple[tuple[int, float], ...], expected: float) -> None:
    assert length_correlation([samples(*pairs)]) == pytest.approx(expected)


def test_rank_correlation_with_ties_is_scipys() -> None:
    pairs = ((5, 10), (5, 90), (7, 10), (9, 55), (9, 90), (12, 0), (3, 55))
    expected = spearmanr([w for w, _ in pairs], [s for _, s in pairs]).statistic
    assert length_correlation([samples(*pairs)]) == pytest.approx(expected)


@pytest.mark.parametrize("pairs", [(), ((3, 50),), ((3, 10), (3, 90)), ((3, 50), (9, 50))])
def test_no_correlation_without_variation(pairs: tuple[tuple[int, float], ...]) -> None:
    assert length_correlation([samples(*pairs)]) is None


def test_length_that_gives_the_level_away_is_told_of_the_bank() -> None:
    rising = samples(*((i, float(4 * i)) for i in range(1, 21)))
    (found,) = [f for f in check(rising).findings if not f.rubric]
    assert (found.severity, found.field) == ("warning", "exemplars")
    assert "longer answers score higher (Spearman +1.00 over 20)" in found.message
    falling = samples(*((i, float(90 - 4 * i)) for i in range(1, 21)))
    assert any("shorter answers" in f.message for f in check(falling).findings)


def test_a_few_exemplars_tell_nothing_of_length() -> None:
    assert all(f.rubric for f in check(samples(*((i, 4.0 * i) for i in range(1, 20)))).findings)


def test_a_rubric_of_one_bare_criterion_can_be_checked() -> None:
    bare = rubric(criteria=(Criterion(id="a", points=1, statement="A."),), asked_as=())
    assert check(bare).rows[0].errors > 0
