"""Transcripts and answer files dropped on the page: graded, their reports kept in memory."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict

from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.results import Results
from vivavoce.core.transcript import Alignment, Transcript
from vivavoce.reports import render
from vivavoce.services.batch import align_transcript, grade_answers
from vivavoce.web.kept import kept_text, shown_name
from vivavoce.web.schemas import TranscriptGraded
from vivavoce.web.work import Tell, Work
from vivavoce.wiring.objects import read_input

__all__ = ["Transcripts"]

MOST_REPORTS = 20
"""Reports kept at once; the oldest goes first."""


class Transcripts:
    """Grades files and keeps the latest reports until the process ends."""

    def __init__(self, work: Work) -> None:
        self._parts = work.parts
        self._reports: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def grade(self, name: str, content: bytes, tell: Tell) -> TranscriptGraded:
        """A file graded; how far it is, is told as it goes on.

        Raises:
            AnswerFileError: it holds neither a transcript nor answers.
        """
        parts, shown = self._parts, shown_name(name)
        alignments: tuple[Alignment, ...] = ()
        grades: list[Grade] = []
        ungraded: list[Ungraded] = []
        with kept_text(content, shown) as file:
            read = read_input(file)
            if isinstance(read, Transcript):
                read = read.model_copy(update={"name": shown})
                alignments = (align_transcript(read, parts.bank, parts.sentences),)
                read = iter(alignments[0].answers)
                tell("aligned", {"answers": len(alignments[0].answers)})
            for result in grade_answers(read, parts.bank, parts.grader, parts.sentences):
                if isinstance(result, Grade):
                    grades.append(result)
                else:
                    ungraded.append(result)
                tell("graded", {"done": len(grades) + len(ungraded)})
        results = Results(
            title=shown, grades=tuple(grades), ungraded=tuple(ungraded), alignments=alignments
        )
        key = self._keep(render(results, "html"))
        return TranscriptGraded(
            name=shown,
            report=f"/reports/{key}",
            graded=len(grades),
            ungraded=len(ungraded),
            mean=round(sum(g.total for g in grades) / len(grades), 1) if grades else None,
            warnings=tuple(w for a in alignments for w in a.warnings),
        )

    def report(self, key: str) -> str | None:
        """The page of a report, or None where it is gone."""
        with self._lock:
            return self._reports.get(key)

    def _keep(self, page: str) -> str:
        key = uuid.uuid4().hex
        with self._lock:
            self._reports[key] = page
            while len(self._reports) > MOST_REPORTS:
                self._reports.popitem(last=False)
        return key
