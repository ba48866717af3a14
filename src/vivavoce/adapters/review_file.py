"""People's reviews in an append-only file of JSON Lines beside the results."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from vivavoce.adapters.line_file import BEGINS, LineFile, is_record
from vivavoce.core.human_review import HumanReview
from vivavoce.errors import InputError

__all__ = ["SCHEMA", "ReviewFile", "read_review", "review_line"]

SCHEMA = "vivavoce.reviews/1"
PATIENCE = 5.0
"""Seconds to wait for another reviewer's lock, which is held for as long as one line takes."""


class ReviewFile:
    """A `ports.ReviewStore` in a file. It is locked only while a review is added.

    Args:
        path: made with the first review.
        patience: seconds to wait for another process that adds one.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience

    def reviews(self) -> list[HumanReview]:
        """See `ReviewStore`; a last line that is still being written is not counted.

        Raises:
            InputError: it cannot be read, or holds something else.
        """
        try:
            lines = self.path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise InputError(f"{self.path}: cannot be read ({exc.strerror}).") from exc
        last = lines[-1] if lines else b"\n"
        torn = last.startswith(BEGINS) or BEGINS.startswith(last)
        if not last.endswith(b"\n") and torn and not is_record(last):
            lines.pop()
        return [self._parsed(line, n) for n, line in enumerate(lines, 1) if line.strip()]

    def add(self, review: HumanReview) -> None:
        """See `ReviewStore`.

        Raises:
            InputError: it cannot be written, or holds something else.
        """
        file = LineFile(self.path, self._check, kind="review", patience=self._patience)
        try:
            file.append(review_line(review) + "\n")
        finally:
            file.close()

    def _check(self, line: bytes, number: int, _: int) -> None:
        if line.strip():
            self._parsed(line, number)

    def _parsed(self, line: bytes, number: int) -> HumanReview:
        return read_review(
            line, f"{self.path}, line {number}" if number else f"{self.path}, last line"
        )


def review_line(review: HumanReview) -> str:
    """A review as a line of JSON, in ASCII and without its line break."""
    return json.dumps({"type": "review", "schema": SCHEMA, **review.model_dump(mode="json")})


def read_review(line: bytes | str, where: str) -> HumanReview:
    """The review in a line of JSON.

    Args:
        where: the line is, for messages.

    Raises:
        InputError: it is none, another version's, or damaged.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.pop("type", None) != "review":
        raise InputError(
            f"{where}: not a review that vivavoce wrote. Name another file for the reviews; "
            "this one is left as it is."
        )
    schema = found.pop("schema", None)
    if schema != SCHEMA:
        raise InputError(f"{where}: its schema is {schema!r}; this version reads {SCHEMA}.")
    try:
        return HumanReview.model_validate(found)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(f"{where}, field {field}: {first['msg']}; correct it.") from exc
