"""Files of results and of reviews to what reviews them and what reads the reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vivavoce.core.agreement import HumanRow, pair_up
from vivavoce.errors import InputError, SettingsError
from vivavoce.wiring.agreement import read_results

if TYPE_CHECKING:
    from vivavoce.adapters.graded_answers import HumanGraded
    from vivavoce.core.human_review import HumanReview
    from vivavoce.services.review import ReviewDesk

__all__ = ["graded_by_reviews", "open_desk", "review_rows", "reviews_beside", "reviews_path"]


def reviews_path(results: Path) -> Path:
    """Where reviews of these results are kept by default: `autumn.reviews.jsonl` beside them."""
    return results.with_suffix(".reviews.jsonl")


def reviews_beside(results: Path) -> list[HumanReview]:
    """Reviews that are kept beside these results; none where there is no such file.

    Raises:
        InputError: the file cannot be read or holds something else.
    """
    from vivavoce.adapters.review_file import ReviewFile

    return ReviewFile(reviews_path(results)).reviews()


def open_desk(results: Path, reviews: Path | None, author: str | None) -> ReviewDesk:
    """Stored results with their reviews.

    Args:
        reviews: beside the results where None.
        author: the user's login name where None.

    Raises:
        InputError: a file cannot be read or holds something else.
        SettingsError: nobody knows who the user is, or reviews would go into the results.
    """
    from vivavoce.adapters.review_file import ReviewFile
    from vivavoce.services.review import ReviewDesk

    place = reviews or reviews_path(results)
    if place.absolute() == results.absolute():
        raise SettingsError(f"{place}: holds the results; name another file for --reviews.")
    found = read_results([results]).model_copy(update={"title": results.name})
    return ReviewDesk(
        found, ReviewFile(place), author or _login(), lambda: datetime.now().astimezone()
    )


def review_rows(results: Sequence[Path], reviews: Sequence[Path]) -> list[HumanRow]:
    """Reviews as human scores: each author's newest total of each answer.

    Raises:
        InputError: a file is not there, cannot be read or holds something else.
    """
    from vivavoce.core.review import human_rows

    return human_rows([read_results([path]) for path in results], _read(reviews))


def graded_by_reviews(results: Path, reviews: Sequence[Path]) -> list[HumanGraded]:
    """Answers with the mean total of their reviewers; what is outdated is left out.

    Raises:
        InputError: a file is not there, cannot be read or holds something else.
    """
    from vivavoce.adapters.graded_answers import HumanGraded

    stored = read_results([results])
    return [
        HumanGraded(p.grade.answer.model_copy(update={"question": p.grade.question_id}), p.human)
        for p in pair_up(stored, review_rows([results], reviews)).pairs
    ]


def _read(paths: Sequence[Path]) -> list[HumanReview]:
    from vivavoce.adapters.review_file import ReviewFile

    said: list[HumanReview] = []
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: no such file of reviews; `viva review` writes them.")
        said += ReviewFile(path).reviews()
    if not any(review.total is not None for review in said):
        names = ", ".join(map(str, paths))
        raise InputError(f"{names}: holds no review with a score; `viva review` adds them.")
    return said


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError) as exc:
        raise SettingsError("Nobody is logged in by name: say who reviews with --author.") from exc
