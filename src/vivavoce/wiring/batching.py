"""A batch of files: what is read, where its results are kept, and the reports made of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.transcript import Alignment, Transcript
from vivavoce.errors import InputError
from vivavoce.reports.run import PASS_MARK, Passes, Run

if TYPE_CHECKING:
    from vivavoce.adapters.input_files import InputFile
    from vivavoce.core.answer import Answer
    from vivavoce.core.human_review import HumanReview
    from vivavoce.ports import ResultStore, Transcriber
    from vivavoce.services.batch_run import Known

__all__ = ["BatchInput", "StoredResults", "stored_results"]


class BatchInput:
    """Answers of many files as one stream, so that small files are graded together.

    Args:
        files: what to read.
        align: pairs a transcript's answers with questions.
        format: of transcripts, where it is not told from the content.
        listener: gives what transcribes recordings; without it they are refused.

    Attributes:
        broken: a message for each file that could not be read.
        expected: answers there will be at most, as far as is known yet.
    """

    def __init__(
        self,
        files: Iterable[InputFile],
        align: Callable[[Transcript], Alignment],
        format: str | None = None,
        listener: Callable[[], Transcriber] | None = None,
    ) -> None:
        from vivavoce.adapters.input_files import expected_answers

        self._files = list(files)
        self._align = align
        self._format = format
        self._listener = listener
        self.broken: list[str] = []
        self.expected = sum(expected_answers(f.path) for f in self._files)

    def __iter__(self) -> Iterator[Answer | Ungraded]:
        from vivavoce.wiring.objects import read_input

        for path, spooled in self._files:
            try:
                read = read_input(path, self._format, self._listener)
                if isinstance(read, Transcript):
                    answers = self._align(read).answers
                    self.expected += len(answers)
                    yield from answers
                else:
                    yield from read
            except InputError as exc:
                said = str(exc)
                self.broken.append(said.replace(str(path), "standard input") if spooled else said)


class StoredResults:
    """A `services.batch_run.ResultLog` of lines of JSON.

    Args:
        store: takes the lines.
    """

    def __init__(self, store: ResultStore) -> None:
        self._store = store

    def known(self, name: str) -> Known | None:
        """See `ResultLog`."""
        from vivavoce.services.batch_run import Known

        found = self._store.known(name)
        return Known(found.content, found.kind == "grade") if found else None

    def append(self, key: str, result: Grade | Ungraded | Alignment) -> None:
        """See `ResultLog`."""
        from vivavoce.reports.jsonl import line

        text = line(result, key)
        kind = {Grade: "grade", Ungraded: "ungraded"}.get(type(result), "alignment")
        self._store.append(key, kind, text)

    def run(
        self,
        names: Iterable[str],
        title: str,
        reviews: Sequence[HumanReview] = (),
        pass_mark: float = PASS_MARK,
    ) -> Run:
        """Results of these answers and transcripts for reports, read anew for each."""
        outcomes = Passes(
            lambda: (
                one
                for kind in ("grade", "ungraded")
                for found in self._read(names, kind)
                for one in found.grades or found.ungraded
            )
        )
        others = Passes(
            lambda: (a for found in self._read(names, "alignment") for a in found.alignments)
        )
        return Run(outcomes, others, title, reviews, pass_mark)

    def _read(self, names: Iterable[str], kind: str) -> Iterator[Results]:
        from vivavoce.reports.json import load

        for text in self._store.lines(names, kind):
            yield load(text, self._store.place)


@contextmanager
def stored_results(path: Path | None, shared: ResultStore | None = None) -> Iterator[StoredResults]:
    """Results in a file that outlives the run, or in one of the run's own where path is None.

    Args:
        path: a folder of several files where it does not end in `.jsonl`.
        shared: takes them instead of a file.

    Raises:
        InputError: the file cannot be used; see `ResultFile`.
    """
    from vivavoce.adapters.result_file import ResultFile
    from vivavoce.adapters.result_shards import ResultShards

    if shared:
        yield StoredResults(shared)
        return
    if path and path.suffix.lower() != ".jsonl":
        with ResultShards(path) as shards:
            yield StoredResults(shards)
        return
    folder = None if path else Path(tempfile.mkdtemp(prefix="viva-"))
    try:
        with ResultFile(path or Path(str(folder)) / "results.jsonl") as file:
            yield StoredResults(file)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
