"""Grades answers offline: embed, compare clause by clause, weigh, explain."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration
from vivavoce.core.coverage import RubricVectors
from vivavoce.core.fusion import grade_of
from vivavoce.core.grade import Flag, Grade, Signature, Ungraded
from vivavoce.core.injection import instruction_spans
from vivavoce.core.integrity import flags_of, is_english, without
from vivavoce.core.rubric import Rubric
from vivavoce.errors import BackendError
from vivavoce.ports import Embedder, Scorer, VectorStore
from vivavoce.services.gauge import Gauge, Measured

__all__ = ["LONGEST_ANSWER", "Grader", "Measured"]

LONGEST_ANSWER = 200_000
"""Characters of an answer at most; some 35,000 words, three hours of speech."""

BATCH = 64
BATCH_CHARACTERS = 50_000
"""Characters read at once, and one answer more: long ones must not fill the memory."""
AHEAD = 2
"""Batches read while one is weighed: two overlap where one has no forward pass to do."""

_Asked = tuple[Rubric, Answer] | Ungraded

_Found = Measured | Ungraded | BackendError


class Grader:
    """Grades answers against rubrics with a local embedder and a fitted calibration.

    Args:
        embedder: gives the token vectors, but for rubrics that the scorer's own embedder serves.
        scorer: reads what answers claim; None grades every rubric by late interaction alone.
        calibration: turns signals into credits, for rubrics that the scorer has not seen.
        familiar: the same for rubrics that it was trained on; `calibration` where None.
        version: of vivavoce, for the signature.
        store: keeps rubric vectors between processes; optional.
    """

    def __init__(
        self,
        embedder: Embedder,
        scorer: Scorer | None,
        calibration: Calibration,
        *,
        version: str,
        familiar: Calibration | None = None,
        store: VectorStore | None = None,
    ) -> None:
        self._gauge = Gauge(embedder, scorer, version=version, store=store)
        self._calibration = calibration
        self._familiar = familiar or calibration
        self._version = version
        self._fitted: dict[str, str] = {}

    def grade(self, rubric: Rubric, answer: Answer) -> Grade | Ungraded:
        """One answer's grade.

        Raises:
            BackendError: the embedder failed.
        """
        refused = _refused(answer)
        if refused:
            return refused
        return self._grade(
            rubric, answer, self._gauge.measure([(rubric, _readable(answer.text))])[0]
        )

    def grade_all(
        self, asked: Iterable[tuple[Rubric, Answer] | Ungraded]
    ) -> Iterator[Grade | Ungraded]:
        """Grades in the order given, embedding some dozens at a time.

        What was left ungraded before passes through in its place. An answer that makes the embedder
        fail is left ungraded; the others go on. While some are weighed the models read the next, so
        up to `AHEAD` + 1 batches of `BATCH` are taken before the first grade and held at once.
        """
        ahead = ThreadPoolExecutor(AHEAD)
        coming: deque[tuple[list[_Asked], Future[list[_Found]]]] = deque()
        try:
            for batch in _batches(asked):
                coming.append((batch, ahead.submit(self._measured_or_not, batch)))
                if len(coming) > AHEAD:
                    yield from self._graded(*coming.popleft())
            while coming:
                yield from self._graded(*coming.popleft())
        finally:
            # Who stops a run does not wait for answers that nobody will see.
            ahead.shutdown(wait=False, cancel_futures=True)

    def measure(self, rubric: Rubric, text: str) -> Measured:
        """A text compared with a rubric's sentences, for calibration and evaluation.

        Raises:
            BackendError: a model failed.
        """
        return self._gauge.measure([(rubric, _readable(text))], every_topic=True)[0]

    def calibration_for(self, rubric: Rubric) -> Calibration:
        """The calibration that its answers are graded by."""
        return self._familiar if self._gauge.knows(rubric) else self._calibration

    def vectors_of(self, rubric: Rubric) -> RubricVectors:
        """A rubric's vectors: remembered, or read from the store, or computed."""
        return self._gauge.vectors_of(rubric)

    def fingerprint(self, rubric: Rubric) -> str:
        """The signature and the fitted numbers behind it: equal fingerprints, equal grades.

        A refitted calibration may keep its name, so the signature alone does not tell.
        """
        fitted = self.calibration_for(rubric)
        side = "new" if fitted is self._calibration else "familiar"
        if side not in self._fitted:
            plain = fitted.model_dump_json().encode()
            self._fitted[side] = hashlib.sha256(plain).hexdigest()[:16]
        return f"{self.signature(rubric)}|calibration:{self._fitted[side]}"

    def signature(self, rubric: Rubric) -> Signature:
        """What decides this rubric's grades besides the answer."""
        fitted = self.calibration_for(rubric).name
        scorer = self._gauge.scorer_for(rubric)
        return Signature(
            rubric=self._gauge.digest(rubric),
            embedder=self._gauge.embedder_for(rubric).name,
            scorer=f"{scorer.name}+{fitted}" if scorer else fitted,
            version=self._version,
        )

    def _graded(
        self, batch: Sequence[_Asked], coming: Future[list[_Found]]
    ) -> Iterator[Grade | Ungraded]:
        for item, one in zip(batch, coming.result(), strict=True):
            if isinstance(item, Ungraded):
                yield item
            elif isinstance(one, BackendError):
                yield Ungraded(answer=item[1], reason=f"The models failed: {one}")
            else:
                yield one if isinstance(one, Ungraded) else self._grade(*item, one)

    def _measured_or_not(self, batch: Sequence[_Asked]) -> list[_Found]:
        """What is known of each answer, or why nothing can be."""
        out: list[_Found | None] = [
            item if isinstance(item, Ungraded) else _refused(item[1]) for item in batch
        ]
        sound = [i for i, no in enumerate(out) if no is None]
        asked = [
            (item[0], _readable(item[1].text))
            for item, no in zip(batch, out, strict=True)
            if no is None and not isinstance(item, Ungraded)
        ]
        try:
            found: Sequence[_Found] = self._gauge.measure(asked)
        except BackendError:
            # One of them, or all: each is tried alone.
            found = [self._measured_alone(*one) for one in asked]
        for i, one in zip(sound, found, strict=True):
            out[i] = one
        return [one for one in out if one is not None]

    def _measured_alone(self, rubric: Rubric, text: str) -> _Found:
        try:
            return self._gauge.measure([(rubric, text)])[0]
        except BackendError as exc:
            return exc

    def _grade(self, rubric: Rubric, answer: Answer, found: Measured) -> Grade:
        calibration = self.calibration_for(rubric)
        off_topic = (
            found.topic is not None
            and not found.sure
            and calibration.is_off_topic(found.topic, rubric.kind)
        )
        flags = flags_of(answer.text, rubric, off_topic=off_topic)
        # Where all was said to the grader nothing is left, which is no topic of its own.
        if not found.covered.spans and Flag.EMPTY not in flags:
            flags = [*flags, Flag.EMPTY]
        return grade_of(
            rubric,
            answer,
            found.vectors,
            found.covered,
            flags,
            calibration,
            self.signature(rubric),
            found.readings,
        )


def _batches(
    asked: Iterable[_Asked],
) -> Iterator[list[_Asked]]:
    batch: list[_Asked] = []
    characters = 0
    for item in asked:
        batch.append(item)
        characters += len((item.answer if isinstance(item, Ungraded) else item[1]).text)
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _readable(text: str) -> str:
    """The text with sentences to the grader blanked: they earn nothing; offsets stay."""
    return without(text, instruction_spans(text))


def _refused(answer: Answer) -> Ungraded | None:
    if answer.unreadable:
        return Ungraded(answer=answer, reason=answer.unreadable)
    if len(answer.text) > LONGEST_ANSWER:
        reason = (
            f"The answer has {len(answer.text):,} characters; at most {LONGEST_ANSWER:,} are "
            "read. Split it, or check that the right file was given."
        )
        return Ungraded(answer=answer, reason=reason)
    if not is_english(answer.text):
        reason = "The answer does not read as English, the only language graded offline."
        return Ungraded(answer=answer, reason=reason)
    return None
