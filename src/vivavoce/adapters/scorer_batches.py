"""Batches of labelled answers for training, of few distinct shapes.

A processor's matrix library prepares its routines anew for each shape it meets, which costs more
than the padding that rounding the lengths up does: with lengths in steps of 16 a step takes half
the time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vivavoce.core.claim_examples import Example, Examples
from vivavoce.core.claims import Claim

__all__ = ["LONGEST", "TOKENS_A_STEP", "Batch", "collate", "epoch"]

LONGEST = 256
"""Tokens of an answer at most; a longer one is cut."""
TOKENS_A_STEP = 2560
STEP = 16
FEWEST_PARTS = 9
CLS, SEP = 101, 102
UNKNOWN = -100
NOTHING_WEIGHT = 0.35
"""Weight of labels that say nothing: there are many times more of them than of claims."""


class Row(NamedTuple):
    """An example as token ids, with the range of each part."""

    example: Example
    ids: list[int]
    ranges: list[tuple[int, int]]


class Batch(NamedTuple):
    """Tensors of one step.

    Attributes:
        ids, mask: shape (b, t).
        points: rows of the heads, shape (b, k).
        parts: 1 for the tokens of each part, the whole answer first; shape (b, p, t).
        claims: labels, `UNKNOWN` where there is none; shape (b, p, k).
        weights: of the labels; shape (b, p, k).
    """

    ids: Any
    mask: Any
    points: Any
    parts: Any
    claims: Any
    weights: Any


def epoch(examples: Examples, tokenizer: Any, rng: random.Random) -> Iterator[list[Row]]:
    """Every answer once, drawn anew, together with answers of about its length."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    waiting: dict[int, list[Row]] = {}
    batches: list[list[Row]] = []
    for index in order:
        row = _row(examples.draw(index, rng), tokenizer)
        length = _rounded(len(row.ids))
        rows = waiting.setdefault(length, [])
        rows.append(row)
        if len(rows) == TOKENS_A_STEP // length:
            batches.append(rows)
            del waiting[length]
    batches += [waiting[length] for length in sorted(waiting)]
    rng.shuffle(batches)
    yield from batches


def collate(rows: Sequence[Row], heads: Mapping[str, Mapping[str, int]], most: int) -> Batch:
    """Rows as tensors, padded to a shape that comes up again.

    Args:
        heads: by rubric, the head of each of its points.
        most: points of any rubric.
    """
    import torch

    length = _rounded(max(len(row.ids) for row in rows))
    size = max(len(rows), TOKENS_A_STEP // length)
    width = max(FEWEST_PARTS, 1 + max(len(row.ranges) for row in rows))
    ids = torch.zeros((size, length), dtype=torch.long)
    mask, parts = torch.zeros((size, length)), torch.zeros((size, width, length))
    points = torch.zeros((size, most), dtype=torch.long)
    claims = torch.full((size, width, most), UNKNOWN)
    # Softmax over nothing is no number: empty parts and rows look at the first token.
    mask[len(rows) :, 0] = 1
    parts[:, :, 0] = 1
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        mask[i, : len(row.ids)] = 1
        own = heads[row.example.rubric]
        points[i, : len(own)] = torch.tensor(list(own.values()))
        for k, (start, end) in enumerate([(1, len(row.ids) - 1), *row.ranges]):
            parts[i, k, 0] = 0
            parts[i, k, start:end] = 1
        for k, labels in enumerate(_labels(row.example, own, len(row.ranges))):
            claims[i, k, : len(own)] = torch.tensor(labels)
    weights = torch.where(claims == int(Claim.NOTHING), NOTHING_WEIGHT, 1.0)
    return Batch(ids, mask, points, parts, claims, weights * (claims != UNKNOWN))


def _labels(example: Example, points: Mapping[str, int], parts: int) -> Iterator[list[int]]:
    """Labels of the whole answer, then of its first parts, for each point."""
    yield [int(example.whole.get(point, UNKNOWN)) for point in points]
    for at, part in enumerate(example.parts[:parts]):
        known = example.complete and not example.sole and at not in example.unsure
        unnamed = int(Claim.NOTHING) if known else UNKNOWN
        yield [int(part.claims.get(point, unnamed)) for point in points]


def _row(example: Example, tokenizer: Any) -> Row:
    ids = [CLS]
    ranges: list[tuple[int, int]] = []
    texts = [part.text for part in example.parts]
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        start = len(ids)
        ids = [*ids, *encoded.ids][: LONGEST - 1]
        if len(ids) == start:
            break
        ranges.append((start, len(ids)))
    return Row(example, [*ids, SEP], ranges)


def _rounded(length: int) -> int:
    return min(LONGEST, -(-length // STEP) * STEP)
