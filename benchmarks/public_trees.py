"""What the packaged vectors tell of a public set's answers, when trees may learn how to weigh it.

The signals of late interaction, and beside them the words that answer and reference share, with
the question's left out, as the baselines of SemEval-2013 count them (Dzikovska et al. 2013);
boosted and extremely randomised trees (Friedman 2001; Geurts et al. 2006) on the whole train
split, the mean of the two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict

from vivavoce.core.text import content_stems

__all__ = ["fit_trees", "shared_words"]

FOLDS = 5
DENIAL = re.compile(r"\b(?:not|no|never|nothing|without)\b|n't", re.IGNORECASE)


def shared_words(row: dict[str, Any]) -> list[float]:
    """How far an answer has the words of its references, the nearest and the best of each kind."""
    said, asked = set(content_stems(row["answer"])), set(content_stems(row["question"]))
    found = np.array([_shared(row["answer"], said, asked, text) for text in row["references"]])
    nearest = found[found[:, 3].argmax()]
    denials = [_denials(text) for text in row["references"]]
    return [
        *found.max(axis=0),
        *nearest,
        len(said & asked) / max(1, len(asked)),
        float(np.log1p(len(said))),
        float(_denials(row["answer"])),
        float(min(abs(_denials(row["answer"]) - n) for n in denials)),
        float(len(denials)),
    ]


def _shared(answer: str, said: set[str], asked: set[str], reference: str) -> list[float]:
    words = set(content_stems(reference))
    new = words - asked
    recall = len(words & said) / max(1, len(words))
    beyond = len(new & said) / len(new) if new else recall
    precision = len((said - asked) & words) / max(1, len(said - asked))
    harmonic = 2 * beyond * precision / max(1e-9, beyond + precision)
    return [recall, beyond, precision, harmonic, *(_grams(answer, reference, n) for n in (3, 5))]


def _grams(answer: str, reference: str, n: int) -> float:
    """Share of the reference's n-grams of characters that the answer has."""
    own, theirs = (
        {text[i : i + n] for i in range(len(text) - n + 1)}
        for text in (f" {re.sub(r'[^a-z0-9]+', ' ', t.lower())} " for t in (answer, reference))
    )
    return len(own & theirs) / max(1, len(theirs))


def _denials(text: str) -> int:
    return len(DENIAL.findall(text))


def fit_trees(
    x: np.ndarray, right: np.ndarray, questions: Sequence[str], test: Sequence[np.ndarray]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Probabilities on the tests, and on each left-out question of the train split.

    Args:
        x: features of the train split, shape (n, features).
        right: whether each answer has full marks.
        questions: of each answer; a fold leaves out whole ones.
        test: features of each test split.
    """
    models = (
        HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.05,
            max_leaf_nodes=8,
            l2_regularization=5,
            min_samples_leaf=40,
            random_state=0,
        ),
        ExtraTreesClassifier(400, min_samples_leaf=8, n_jobs=-1, random_state=0),
    )
    left_out = np.zeros(len(right))
    found: list[list[np.ndarray]] = []
    for model in models:
        left_out += cross_val_predict(
            model, x, right, groups=questions, cv=GroupKFold(FOLDS), method="predict_proba"
        )[:, 1] / len(models)
        model.fit(x, right)
        found.append([model.predict_proba(features)[:, 1] for features in test])
    return [np.mean(each, axis=0) for each in zip(*found, strict=True)], left_out
