"""Grades answers offline: embed, compare clause by clause, weigh, explain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration, FloatVector
from vivavoce.core.claims import reading_key
from vivavoce.core.clauses import clauses
from vivavoce.core.coverage import Coverage, RubricVectors, coverage, prepare, statements_of
from vivavoce.core.fusion import grade_of
from vivavoce.core.grade import Flag, Grade, Signature, Ungraded
from vivavoce.core.injection import instruction_spans
from vivavoce.core.integrity import flags_of, is_english, without
from vivavoce.core.reading import Asked, Readings
from vivavoce.core.rubric import Rubric
from vivavoce.core.signals import topic_signals
from vivavoce.core.topic import surely_on_topic
from vivavoce.core.vectors import TokenVectors
from vivavoce.errors import BackendError
from vivavoce.ports import Embedder, Scorer, VectorStore

__all__ = ["LONGEST_ANSWER", "Grader"]

LONGEST_ANSWER = 200_000
"""Characters of an answer at most; some 35,000 words, three hours of speech."""

MOST_DIGESTS = 4096
BATCH = 64
BATCH_CHARACTERS = 100_000
"""Characters embedded at once, and one answer more: long ones must not fill the memory."""


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
        self._embedder = embedder
        self._scorer = scorer
        self._calibration = calibration
        self._familiar = familiar or calibration
        self._version = version
        self._store = store
        self._rubrics: dict[str, RubricVectors] = {}
        self._fitted: dict[str, str] = {}
        self._known: dict[str, bool] = {}
        self._digests: dict[int, tuple[Rubric, str]] = {}

    def grade(self, rubric: Rubric, answer: Answer) -> Grade | Ungraded:
        """One answer's grade.

        Raises:
            BackendError: the embedder failed.
        """
        refused = _refused(answer)
        if refused:
            return refused
        tokens = self._embedder_for(rubric).tokens([_readable(answer.text)])[0]
        return self._grade(rubric, answer, tokens)

    def grade_all(self, asked: Iterable[tuple[Rubric, Answer]]) -> Iterator[Grade | Ungraded]:
        """Grades in the order given, embedding some dozens at a time.

        An answer that makes the embedder fail is left ungraded; the others go on.
        """
        batch: list[tuple[Rubric, Answer]] = []
        characters = 0
        for rubric, answer in asked:
            batch.append((rubric, answer))
            characters += len(answer.text)
            if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
                yield from self._grade_batch(batch)
                batch, characters = [], 0
        yield from self._grade_batch(batch)

    def measure(self, rubric: Rubric, text: str) -> tuple[RubricVectors, Coverage, Readings]:
        """A text compared with a rubric's sentences, for calibration and evaluation."""
        tokens = self._embedder_for(rubric).tokens([_readable(text)])[0]
        vectors = self.vectors_of(rubric)
        covered = coverage(vectors, tokens, clauses(_readable(text)), _readable(text))
        return vectors, covered, self._read(rubric, covered, _readable(text), tokens)

    def calibration_for(self, rubric: Rubric) -> Calibration:
        """The calibration that its answers are graded by."""
        return self._familiar if self._knows(rubric) else self._calibration

    def _knows(self, rubric: Rubric) -> bool:
        """Whether the scorer has learned the rubric; remembered with its digest."""
        if self._scorer is None:
            return False
        digest = self._digest(rubric)
        if digest not in self._known:
            self._known[digest] = self._scorer.knows(reading_key(rubric))
        return self._known[digest]

    def topic_of(
        self, rubric: Rubric, covered: Coverage, text: str, readings: Readings
    ) -> FloatVector | None:
        """`TOPIC_SIGNALS` of an answer; None where there is no doubt what it is about.

        A scorer's vectors tell claims apart and have forgotten other topics: whether an answer
        speaks of something else is asked of the embedder that has seen them.
        """
        vectors = self.vectors_of(rubric)
        if self._embedder_for(rubric) is not self._embedder:
            if surely_on_topic(rubric, vectors.sentences, text, readings):
                return None
            vectors = self._vectors(rubric, self._embedder)
            tokens = self._embedder.tokens([text])[0]
            covered = coverage(vectors, tokens, covered.spans, text)
        return topic_signals(vectors, covered, readings)

    def _embedder_for(self, rubric: Rubric) -> Embedder:
        """The scorer's own where it knows the rubric: one pass then serves both."""
        lent = self._scorer.embedder if self._scorer and self._knows(rubric) else None
        return lent or self._embedder

    def _read(self, rubric: Rubric, covered: Coverage, text: str, tokens: TokenVectors) -> Readings:
        if self._scorer is None or not self._knows(rubric) or not covered.spans:
            return {}
        shared = tokens if self._scorer.embedder else None
        return self._scorer.read([Asked(rubric, text, covered.spans, shared)])[0]

    def vectors_of(self, rubric: Rubric) -> RubricVectors:
        """A rubric's vectors: remembered, or read from the store, or computed."""
        return self._vectors(rubric, self._embedder_for(rubric))

    def _vectors(self, rubric: Rubric, embedder: Embedder) -> RubricVectors:
        # The version is part of the key: another one may prepare the same rubric differently.
        key = f"{self._digest(rubric)}-{embedder.name}-{self._version}"
        known = self._rubrics.get(key) or (self._store.load(key) if self._store else None)
        if known is None or known.sentences != statements_of(rubric):
            known = prepare(rubric, embedder.tokens(statements_of(rubric)))
            if self._store:
                self._store.save(key, known)
        self._rubrics[key] = known
        return known

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
        return Signature(
            rubric=self._digest(rubric),
            embedder=self._embedder_for(rubric).name,
            scorer=f"{self._scorer.name}+{fitted}"
            if self._scorer and self._knows(rubric)
            else fitted,
            version=self._version,
        )

    def _digest(self, rubric: Rubric) -> str:
        """The rubric's digest, remembered: to compute it costs half a millisecond."""
        known = self._digests.get(id(rubric))
        if known is None:
            if len(self._digests) >= MOST_DIGESTS:
                self._digests.clear()
            # The rubric is kept with it, so that its id is not used again.
            known = self._digests[id(rubric)] = (rubric, rubric.digest)
        return known[1]

    def _grade_batch(self, batch: Sequence[tuple[Rubric, Answer]]) -> Iterator[Grade | Ungraded]:
        refused = [_refused(answer) for _, answer in batch]
        sound = [
            (rubric, _readable(answer.text))
            for (rubric, answer), no in zip(batch, refused, strict=True)
            if no is None
        ]
        try:
            known = self._tokens(sound)
            read = self._read_batch(sound, known)
        except BackendError:
            known, read = {}, {}
        for (rubric, answer), no in zip(batch, refused, strict=True):
            if no:
                yield no
                continue
            try:
                text, embedder = _readable(answer.text), self._embedder_for(rubric)
                tokens = known.get((embedder.name, text)) or embedder.tokens([text])[0]
                readings = read.get((self._digest(rubric), text))
                yield self._grade(rubric, answer, tokens, readings)
            except BackendError as exc:
                yield Ungraded(answer=answer, reason=f"The models failed: {exc}")

    def _tokens(self, batch: Sequence[tuple[Rubric, str]]) -> dict[tuple[str, str], TokenVectors]:
        """Vectors of some texts at once, by the name of their embedder and the text."""
        texts: dict[str, dict[str, None]] = {}
        by_name: dict[str, Embedder] = {}
        for rubric, text in batch:
            embedder = self._embedder_for(rubric)
            by_name[embedder.name] = embedder
            texts.setdefault(embedder.name, {})[text] = None
        return {
            (name, text): tokens
            for name, some in texts.items()
            for text, tokens in zip(some, by_name[name].tokens(list(some)), strict=True)
        }

    def _read_batch(
        self,
        batch: Sequence[tuple[Rubric, str]],
        known: dict[tuple[str, str], TokenVectors],
    ) -> dict[tuple[str, str], Readings]:
        """What the scorer reads in some answers at once, by rubric and text."""
        if self._scorer is None:
            return {}
        lent = self._scorer.embedder
        asked: dict[tuple[str, str], Asked] = {}
        for rubric, text in batch:
            if self._knows(rubric) and (self._digest(rubric), text) not in asked:
                tokens = known[lent.name, text] if lent else None
                asked[self._digest(rubric), text] = Asked(
                    rubric, text, tuple(clauses(text)), tokens
                )
        return dict(zip(asked, self._scorer.read(list(asked.values())), strict=True))

    def _grade(
        self,
        rubric: Rubric,
        answer: Answer,
        tokens: TokenVectors,
        readings: Readings | None = None,
    ) -> Grade:
        vectors = self.vectors_of(rubric)
        text = _readable(answer.text)
        covered = coverage(vectors, tokens, clauses(text), text)
        if readings is None:
            readings = self._read(rubric, covered, text, tokens)
        # Where all was said to the grader nothing is left, which is no topic of its own.
        calibration = self.calibration_for(rubric)
        topic = self.topic_of(rubric, covered, text, readings) if covered.spans else None
        off_topic = topic is not None and calibration.is_off_topic(topic, rubric.kind)
        flags = flags_of(answer.text, rubric, off_topic=off_topic)
        if not covered.spans and Flag.EMPTY not in flags:
            flags = [*flags, Flag.EMPTY]
        return grade_of(
            rubric, answer, vectors, covered, flags, calibration, self.signature(rubric), readings
        )


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
