"""Models, and what is made ready for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from vivavoce.core.answer import Answer
from vivavoce.core.judge_calls import JudgeReply, Prompt
from vivavoce.core.practice import Due, Review
from vivavoce.core.reading import Asked, Readings
from vivavoce.core.rubric import Criterion, Rubric
from vivavoce.core.speech import Speech, Word
from vivavoce.core.vectors import FloatArray, TokenVectors

__all__ = [
    "Embedder",
    "Judge",
    "LocalTranscriber",
    "NameFinder",
    "PromptWriter",
    "Schedule",
    "Scorer",
    "Transcriber",
]


@runtime_checkable
class Embedder(Protocol):
    """Texts to vectors. The same text gives the same vectors, whatever it is batched with."""

    @property
    def name(self) -> str:
        """Model and weights, for the signature: `minilm-l6-v2@53aa5117`."""
        ...

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Sentence vectors, shape (n, d), unit norm, in the order given; (0, d) for no texts.

        A text longer than the model's window is read window by window, none of it cut; its
        vector is the mean over windows, weighted by their tokens, made unit again.

        Raises:
            BackendError: the model or the service failed.
        """
        ...

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Contextual token vectors of each text, from the same forward pass as `embed`.

        Raises:
            BackendError: the model or the service failed.
        """
        ...


@runtime_checkable
class Scorer(Protocol):
    """Reads what an answer claims of the points of a rubric it has learned."""

    @property
    def name(self) -> str:
        """Model and weights, for the signature."""
        ...

    @property
    def embedder(self) -> Embedder | None:
        """Whose vectors it reads, if a rubric that it knows may be compared by the same ones.

        One pass over an answer then serves both.
        """
        ...

    def knows(self, key: str) -> bool:
        """Whether it was trained on the rubric with this `reading_key`."""
        ...

    def read(self, asked: Sequence[Asked]) -> list[Readings]:
        """What each answer claims, by statement of criterion or misconception, in order.

        Nothing of a rubric that it does not know. A reading does not depend on the other answers.

        Raises:
            BackendError: the model failed.
        """
        ...


@runtime_checkable
class Judge(Protocol):
    """A language model that gives verdicts; it never sees points and never adds them up."""

    @property
    def name(self) -> str:
        """Model and host, for the signature: `gpt-5-mini@api.openai.com`."""
        ...

    async def ask(
        self, prompt: Prompt, schema: Mapping[str, object], *, sample: int = 0
    ) -> JudgeReply:
        """One call.

        Args:
            schema: JSON schema that the reply should follow; a hint, the reply is checked again.
            sample: which of several independent replies to the same prompt; seeds the call.

        Raises:
            JudgeError: this call failed for good, its retries included.
            JudgeDeniedError: no call can work; the run ends.
            JudgeStoppedError: no further call may be made; local grading goes on.
        """
        ...


@runtime_checkable
class PromptWriter(Protocol):
    """Puts a rubric's criteria and an answer into words for a judge."""

    @property
    def digest(self) -> str:
        """Of the template, 12 hex digits, for the signature."""
        ...

    def write(
        self, rubric: Rubric, answer: Answer, criteria: Sequence[Criterion], *, nonce: str
    ) -> Prompt:
        """The prompt that asks for verdicts on these criteria, in this order.

        Args:
            nonce: unguessable by who wrote the answer; marks where the answer begins and ends.
        """
        ...


@runtime_checkable
class NameFinder(Protocol):
    """Finds people's names, so that they need not be sent."""

    @property
    def name(self) -> str:
        """Model and version, for the signature."""
        ...

    def find(self, text: str) -> tuple[str, ...]:
        """Names as they stand in the text, each once, in the order in which they first appear.

        Raises:
            BackendError: it failed, so that the text must not be sent.
        """
        ...


@runtime_checkable
class Transcriber(Protocol):
    """A recording to words with times."""

    @property
    def name(self) -> str:
        """Model and weights, for the signature."""
        ...

    def transcribe(
        self,
        audio: Path,
        *,
        hot_words: str = "",
        on_words: Callable[[tuple[Word, ...]], None] | None = None,
    ) -> Speech:
        """The words of a recording; none for silence or music.

        Args:
            hot_words: words of the question, that the recogniser may expect; never the
                reference answer's.
            on_words: called with all words heard so far while the rest is still listened to;
                perhaps never.

        Raises:
            AnswerFileError: the file is no readable audio.
            TranscriberError: the model or the service failed.
        """
        ...


@runtime_checkable
class LocalTranscriber(Transcriber, Protocol):
    """A transcriber on this machine that remembers what it heard.

    To hear a recording that goes on costs only what is new in it, and no money, so it can be
    listened to while it is still recorded.
    """

    def prepare(self) -> None:
        """Loads what `transcribe` would load first; what fails here fails there again.

        Raises:
            BackendError: the model cannot be loaded.
        """
        ...


@runtime_checkable
class Schedule(Protocol):
    """Says when a question should come back."""

    def due(self, reviews: Sequence[Review]) -> Due:
        """When, after these reviews of one question: at least one, the oldest first.

        The same reviews give the same time.
        """
        ...
