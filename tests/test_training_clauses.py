"""The labelled clauses fit the rubrics that they were written for."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_rubric

FILES = sorted((Path(__file__).parent.parent / "training" / "clauses").glob("*.jsonl"))


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
