"""Spaced repetition by FSRS (free spaced repetition scheduler), through the `fsrs` package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from vivavoce.core.practice import Due, Review
from vivavoce.errors import MissingExtraError

if TYPE_CHECKING:
    from fsrs import Scheduler

__all__ = ["FsrsSchedule"]

STEP = timedelta(minutes=10)
"""After which an answer that failed is asked for again."""
LONGEST_DAYS = 180
"""An interview question that is never asked again within half a year is lost to practice."""


class FsrsSchedule:
    """A `Schedule` that replays all reviews of a question, so that no state has to be kept.

    Args:
        retention: probability, 0 to 1, with which a question should still be known when it comes
            back.

    Raises:
        MissingExtraError: the extra `practice` is absent.
    """

    def __init__(self, retention: float = 0.9) -> None:
        self._scheduler = _scheduler(retention)

    def due(self, reviews: Sequence[Review]) -> Due:
        """When the question should come back; see `ports.Schedule`.

        Raises:
            ValueError: there are no reviews.
        """
        from fsrs import Card, Rating

        if not reviews:
            raise ValueError("reviews is empty; a question that was never asked is not scheduled")
        # Without its own id and due time a card would read the clock.
        card = Card(card_id=0, due=reviews[0].at.astimezone(UTC))
        for rating, at in reviews:
            # The package insists on `timezone.utc` itself.
            card, _ = self._scheduler.review_card(card, Rating(int(rating)), at.astimezone(UTC))
        return Due(at=card.due, stability=card.stability or 0.0)


def _scheduler(retention: float) -> Scheduler:
    try:
        from fsrs import Scheduler
    except ImportError as exc:
        raise MissingExtraError("fsrs", "practice") from exc
    return Scheduler(
        desired_retention=retention,
        learning_steps=(STEP,),
        relearning_steps=(STEP,),
        maximum_interval=LONGEST_DAYS,
        # Chance would give another date each time that the reviews are replayed.
        enable_fuzzing=False,
    )
