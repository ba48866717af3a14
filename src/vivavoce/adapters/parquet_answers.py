"""Answers in Parquet files, read in pieces whatever their size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vivavoce.adapters.answer_tables import COLUMNS, NEEDED
from vivavoce.errors import AnswerFileError, MissingExtraError

__all__ = ["ENDING", "parquet_records"]

ENDING = ".parquet"
ROWS_AT_ONCE = 1024


def parquet_records(path: Path) -> Iterator[dict[str, object]]:
    """The rows, each by its folded column names; other columns are not read.

    Raises:
        MissingExtraError: the extra `parquet` is absent.
        AnswerFileError: it is no Parquet file, is damaged, or lacks a column.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as exc:
        raise MissingExtraError("pyarrow", "parquet") from exc
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = {n: n.strip().casefold() for n in file.schema_arrow.names}
            wanted = {n: folded for n, folded in names.items() if folded in COLUMNS}
            missing = [n for n in NEEDED if n not in wanted.values()]
            if missing:
                raise AnswerFileError(
                    f"{path}: has no column {' and '.join(missing)}; it has "
                    f"{', '.join(list(names)[:20])}"
                )
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(wanted)):
                for row in batch.to_pylist():
                    yield {folded: row[n] for n, folded in wanted.items()}
    except (OSError, ValueError, pyarrow.ArrowException) as exc:
        raise AnswerFileError(f"{path}: not a Parquet file that can be read ({exc})") from exc
