"""What a report is made of: a run's results, read as often as need be, with people's reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.human_review import HumanReview
from vivavoce.core.results import Recorded, Results
from vivavoce.core.review import Item, Standing, items
from vivavoce.core.transcript import Alignment

__all__ = ["PASS_MARK", "Passes", "Run", "human_score"]

PASS_MARK = 50.0
_T = TypeVar("_T")


class Passes(Generic[_T]):
    """Gives the same things each time it is iterated, without holding them.

    Args:
        begin: starts a pass.
    """

    def __init__(self, begin: Callable[[], Iterator[_T]]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[_T]:
        return self._begin()


@dataclass(frozen=True)
class Run:
    """Results for a report. Formats that can do so take them one at a time.

    Attributes:
        outcomes: grades, then answers left ungraded; may be iterated more than once.
        others: how transcripts and recordings were read; likewise.
        title: what the report calls the run.
        reviews: what people said of these answers, the oldest first.
        pass_mark: 0..100; a lower score is a failure where a format knows failures.
    """

    outcomes: Iterable[Grade | Ungraded]
    others: Iterable[Alignment | Recorded] = ()
    title: str = ""
    reviews: Sequence[HumanReview] = ()
    pass_mark: float = PASS_MARK

    @classmethod
    def of(
        cls,
        results: Results,
        reviews: Sequence[HumanReview] = (),
        pass_mark: float = PASS_MARK,
    ) -> Run:
        """Of results that are there as a whole."""
        return cls(
            (*results.grades, *results.ungraded),
            (*results.alignments, *results.recorded),
            results.title,
            reviews,
            pass_mark,
        )

    def items(self) -> Iterator[Item]:
        """Each answer with its reviews."""
        if not self.reviews:
            # Names are needed to find reviews alone, and each costs a digest and a place in memory.
            return (Item("", one) for one in self.outcomes)
        return items(self.outcomes, self.reviews)

    def whole(self) -> Results:
        """All results at once, for formats that need them so."""
        outcomes, others = list(self.outcomes), list(self.others)
        return Results(
            title=self.title,
            grades=tuple(o for o in outcomes if isinstance(o, Grade)),
            ungraded=tuple(o for o in outcomes if isinstance(o, Ungraded)),
            alignments=tuple(o for o in others if isinstance(o, Alignment)),
            recorded=tuple(o for o in others if isinstance(o, Recorded)),
        )


def human_score(item: Item) -> HumanReview | None:
    """The newest review with a total, unless the answer or its grade has changed since."""
    return item.latest if item.standing is Standing.REVIEWED else None
