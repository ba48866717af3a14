"""What the packaged scorer was trained on fits the rubrics, and holds no sample answer of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from vivavoce.adapters.claim_files import read_labelled
from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_rubric
from vivavoce.core.claims import Claim, points_of, whole_claim
from vivavoce.core.rubric import Kind

TRAINING = Path(__file__).parent.parent / "training"
FILES = sorted((TRAINING / "clauses").glob("*.jsonl"))
ANSWERS = sorted((TRAINING / "answers").glob("*.jsonl"))
BANK = sorted((resource("rubrics") / "machine-learning").glob("*.yaml"))
SHARED = 12
"""Words in a row that no answer shares with a sample answer, quoted questions aside."""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_clauses_name_criteria_and_are_balanced(path: Path) -> None:
    rubric = load_rubric(resource("rubrics") / "machine-learning" / f"{path.stem}.yaml")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {row["criterion"] for row in rows} == {c.id for c in rubric.criteria}
    texts = [row["text"].lower() for row in rows]
    assert len(texts) == len(set(texts))
    for criterion in rubric.criteria:
        count = Counter(row["label"] for row in rows if row["criterion"] == criterion.id)
        assert set(count) == {"met", "partly", "contradicted", "unrelated"}
        assert sum(count.values()) >= 40
        assert count["met"] == count["contradicted"]


def test_no_clause_is_an_exemplar() -> None:
    for path in FILES:
        rubric = load_rubric(resource("rubrics") / "machine-learning" / f"{path.stem}.yaml")
        answers = [e.answer.lower() for e in rubric.exemplars]
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"].lower()
            # A few words may well stand in an answer; a whole clause must not.
            if len(text.split()) >= 8:
                assert not any(text in answer for answer in answers), (path.stem, text)


def test_every_rubric_has_answers() -> None:
    assert [p.stem for p in ANSWERS] == [p.stem for p in BANK]


@pytest.mark.parametrize("path", ANSWERS, ids=lambda p: p.stem)
def test_answers_name_points_and_hold_every_claim(path: Path) -> None:
    rubric = load_rubric(resource("rubrics") / "machine-learning" / f"{path.stem}.yaml")
    ((_, answers),) = read_labelled([str(path)])

    named = {point for a in answers for part in a.parts for point in part.claims}
    assert named <= set(points_of(rubric))
    assert len({a.text.lower() for a in answers}) == len(answers)
    assert len(answers) >= (150 if rubric.kind is Kind.KNOWLEDGE else 36)
    for criterion in rubric.criteria:
        claims = Counter(whole_claim(a, criterion.id) for a in answers)
        least = 15 if rubric.kind is Kind.KNOWLEDGE else 1
        assert min(claims[c] for c in (Claim.MET, Claim.CONTRADICTED, Claim.NOTHING)) >= least


@pytest.mark.parametrize("path", ANSWERS, ids=lambda p: p.stem)
def test_no_answer_quotes_a_sample_answer(path: Path) -> None:
    rubric = load_rubric(resource("rubrics") / "machine-learning" / f"{path.stem}.yaml")
    samples = {run for e in rubric.exemplars for run in _runs(e.answer)}

    for _, answers in read_labelled([str(path)]):
        for answer in answers:
            assert not samples & _runs(answer.text), answer.text


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + SHARED]) for i in range(len(words) - SHARED + 1)}


TWINS = sorted((TRAINING / "turned").glob("*.jsonl"))
HELD_OUT = sorted((TRAINING / "held-out").glob("*.jsonl"))
NEGATION = re.compile(r"\b(?:not|no|never|none|nor|neither|without|cannot|\w+n't)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", [*TWINS, *HELD_OUT], ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_twins_name_points_and_quote_no_sample_answer(path: Path) -> None:
    rubric = load_rubric(resource("rubrics") / "machine-learning" / f"{path.stem}.yaml")
    samples = {run for e in rubric.exemplars for run in _runs(e.answer)}
    ((_, answers),) = read_labelled([str(path)])

    assert {point for a in answers for part in a.parts for point in part.claims} <= set(
        points_of(rubric)
    )
    for answer in answers:
        assert not samples & _runs(answer.text), answer.text


def test_every_rubric_has_twins_and_some_are_held_out() -> None:
    assert [p.stem for p in TWINS] == [p.stem for p in HELD_OUT] == [p.stem for p in BANK]


def test_what_is_held_out_is_not_learned() -> None:
    learned = {
        a.text.lower()
        for _, answers in read_labelled([str(TRAINING / "turned"), str(TRAINING / "answers")])
        for a in answers
    }

    for _, answers in read_labelled([str(TRAINING / "held-out")]):
        assert not learned & {a.text.lower() for a in answers}


@pytest.mark.parametrize("folder", ["turned", "held-out"])
def test_a_negation_does_not_give_the_label_away(folder: str) -> None:
    denied: dict[Claim, list[bool]] = {Claim.MET: [], Claim.CONTRADICTED: []}
    for name, answers in read_labelled([str(TRAINING / folder)]):
        rubric = load_rubric(resource("rubrics") / "machine-learning" / f"{Path(name).stem}.yaml")
        if rubric.kind is Kind.KNOWLEDGE:
            for part in (part for a in answers for part in a.parts):
                for claim in set(part.claims.values()) & set(denied):
                    denied[claim].append(NEGATION.search(part.text) is not None)
    shares = [sum(found) / len(found) for found in denied.values()]

    assert abs(shares[0] - shares[1]) < 0.15, shares
