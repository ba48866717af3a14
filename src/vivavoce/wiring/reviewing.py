"""Files of results and of reviews to what reviews them and what reads the reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vivavoce.core.agreement import HumanRow, pair_up
from vivavoce.errors import InputError, SettingsError
from vivavoce.wiring.sharing import find_shared, read_results

if TYPE_CHECKING:
    from vivavoce.adapters.graded_answers import HumanGraded
    from vivavoce.adapters.team_store import TeamStore
    from vivavoce.core.human_review import HumanReview
    from vivavoce.ports import ReviewStore
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


def open_desk(
    results: Path, reviews: Path | None, author: str | None, store: TeamStore | None = None
) -> ReviewDesk:
    """Stored results with their reviews.

    Args:
        reviews: beside the results, or in the store with them, where None.
        store: holds the results, unless they are a file.
        author: the user's login name where None.

    Raises:
        InputError: a file cannot be read or holds something else.
        SettingsError: nobody knows who the user is, or reviews would go into the results.
    """
    from vivavoce.adapters.review_file import ReviewFile
    from vivavoce.services.review import ReviewDesk

    shared = find_shared(store, results)
    kept: ReviewStore
    if shared and reviews is None:
        kept = shared.reviews
    else:
        place = reviews or reviews_path(results)
        if place.absolute() == results.absolute():
            raise SettingsError(f"{place}: holds the results; name another file for --reviews.")
        kept = ReviewFile(place)
    found = read_results([results], store).model_copy(update={"title": results.name})
    return ReviewDesk(found, kept, author or _login(), lambda: datetime.now().astimezone())


def review_rows(
    results: Sequence[Path], reviews: Sequence[Path], store: TeamStore | None = None
) -> list[HumanRow]:
    """Reviews as human scores: each author's newest total of each answer.

    Args:
        reviews: files; those that the store keeps of the results where none is named.
        store: holds the results that are no files.

    Raises:
        InputError: a file is not there, cannot be read or holds something else.
    """
    from vivavoce.core.review import human_rows

    said = _read(reviews) if reviews else _shared(results, store)
    return human_rows([read_results([path], store) for path in results], said)


def graded_by_reviews(
    results: Path, reviews: Sequence[Path], store: TeamStore | None = None
) -> list[HumanGraded]:
    """Answers with the mean total of their reviewers; what is outdated is left out.

    Args:
        reviews, store: as for `review_rows`.

    Raises:
        InputError: a file is not there, cannot be read or holds something else.
    """
    from vivavoce.adapters.graded_answers import HumanGraded

    stored = read_results([results], store)
    return [
        HumanGraded(p.grade.answer.model_copy(update={"question": p.grade.question_id}), p.human)
        for p in pair_up(stored, review_rows([results], reviews, store)).pairs
    ]


def _read(paths: Sequence[Path]) -> list[HumanReview]:
    from vivavoce.adapters.review_file import ReviewFile

    said: list[HumanReview] = []
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: no such file of reviews; `viva review` writes them.")
        said += ReviewFile(path).reviews()
    return _with_scores(said, ", ".join(map(str, paths)))


def _shared(results: Sequence[Path], store: TeamStore | None) -> list[HumanReview]:
    """What the store keeps of those results that are runs of it."""
    found = [shared for path in results if (shared := find_shared(store, path))]
    said = [review for shared in found for review in shared.reviews.reviews()]
    return _with_scores(said, ", ".join(shared.reviews.place for shared in found))


def _with_scores(said: list[HumanReview], where: str) -> list[HumanReview]:
    if not any(review.total is not None for review in said):
        raise InputError(f"{where}: holds no review with a score; `viva review` adds them.")
    return said


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError) as exc:
        raise SettingsError("Nobody is logged in by name: say who reviews with --author.") from exc
