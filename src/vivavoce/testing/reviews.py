"""People's reviews that are kept in memory."""

from __future__ import annotations

from collections.abc import Iterable

from vivavoce.core.human_review import HumanReview

__all__ = ["MemoryReviews"]


class MemoryReviews:
    """A `ReviewStore` without a file; it ends with the process."""

    def __init__(self, reviews: Iterable[HumanReview] = ()) -> None:
        self._reviews = list(reviews)

    def reviews(self) -> list[HumanReview]:
        """All of them, the first added first."""
        return list(self._reviews)

    def add(self, review: HumanReview) -> None:
        """Adds one."""
        self._reviews.append(review)
