"""Batches: the order of the input, nothing lost, flat memory; transcripts by cosine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration, KindModel, Logistic
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.rubric import Bank, Category, Criterion, Kind, Rubric
from vivavoce.core.signals import BELIEF_SIGNALS, SIGNALS, TOPIC_SIGNALS
from vivavoce.core.transcript import Transcript, Turn
from vivavoce.core.vectors import FloatArray
from vivavoce.errors import BackendError
from vivavoce.services.bank_sentences import BankSentences
from vivavoce.services.batch import align_transcript, grade_answers
from vivavoce.services.grader import AHEAD, BATCH, Grader
from vivavoce.testing import HashEmbedder, OverlapScorer


def rubric(name: str, number: int, question: str) -> Rubric:
    return Rubric(
        id=name,
        number=number,
        question=question,
        category=Category.ALGORITHMS,
        reference="Since it is so.",
        criteria=(Criterion(id="c", points=1, statement="The lakes freeze solid."),),
    )


BANK = Bank(
    rubrics=(
        rubric("lakes", 1, "What happens to the lakes each winter?"),
        rubric("birds", 2, "Where do birds migrate during autumn?"),
    )
)


def flat(names: tuple[str, ...]) -> Logistic:
    zeros, ones = (0.0,) * len(names), (1.0,) * len(names)
    return Logistic(signals=names, mean=zeros, scale=ones, weights=zeros, bias=-1.0)


class FailingEmbedder(HashEmbedder):
    """Fails to look up questions that hold "poison"; counts look-ups."""

    def __init__(self) -> None:
        super().__init__(256)
        self.lookups = 0

    def embed(self, texts: Sequence[str]) -> FloatArray:
        # The bank's own wordings, embedded once, are no look-up.
        self.lookups += BANK.rubrics[0].questions[0] not in texts
        if any("poison" in text for text in texts):
            raise BackendError("the service is down")
        return super().embed(texts)


def run(read: Iterator[Answer | Ungraded], embedder: HashEmbedder) -> Iterator[Grade | Ungraded]:
    calibration = Calibration(
        name="flat",
        credit=flat(SIGNALS),
        contradiction=flat(SIGNALS),
        belief=flat(BELIEF_SIGNALS),
        off_topic=flat(TOPIC_SIGNALS),
        kinds=dict.fromkeys(Kind, KindModel()),
    )
    return grade_answers(
        read,
        BANK,
        Grader(embedder, OverlapScorer(), calibration, version="1"),
        BankSentences(embedder),
    )


def answer(question: str, name: str = "") -> Answer:
    return Answer(question=question, text="The lakes freeze solid in there.", id=name)


UNREADABLE = Ungraded(answer=Answer(question="", text="", id="x"), reason="line 3: no text")


def test_results_come_in_the_order_of_the_input() -> None:
    read: list[Answer | Ungraded] = [
        answer("2", "a"),
        answer("nonsense", "b"),
        UNREADABLE,
        answer("lakes", "c"),
        answer("Where do birds migrate during autumn?", "d"),
    ]

    results = list(run(iter(read), HashEmbedder(256)))

    assert [r.answer.id for r in results] == ["a", "b", "x", "c", "d"]
    assert [r.question_id if isinstance(r, Grade) else "-" for r in results] == [
        "birds",
        "-",
        "-",
        "lakes",
        "birds",
    ]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["1", "2", "lakes", "??", "9", "x"]), max_size=30))
def test_every_answer_gets_one_result_in_order(questions: list[str]) -> None:
    read: list[Answer | Ungraded] = [
        UNREADABLE if q == "x" else answer(q, str(i)) for i, q in enumerate(questions)
    ]

    results = list(run(iter(read), HashEmbedder(256)))

    assert [r.answer.id for r in results] == [
        item.answer.id if isinstance(item, Ungraded) else item.id for item in read
    ]


def test_an_unknown_question_says_what_is_near() -> None:
    (result,) = run(iter([answer("Are mountains higher than lakes?")]), HashEmbedder(256))

    assert isinstance(result, Ungraded)
    assert "Nearest: lakes" in result.reason


def test_what_was_unreadable_keeps_its_reason() -> None:
    assert list(run(iter([UNREADABLE]), HashEmbedder(256))) == [UNREADABLE]


def test_nothing_read_gives_nothing() -> None:
    assert list(run(iter([]), HashEmbedder(256))) == []


def test_a_failing_look_up_leaves_its_answer_ungraded_and_the_run_goes_on() -> None:
    read = [answer("1", "a"), answer("poison", "b"), answer("2", "c")]

    results = list(run(iter(read), FailingEmbedder()))

    assert [r.answer.id for r in results] == ["a", "b", "c"]
    assert [isinstance(r, Grade) for r in results] == [True, False, True]
    assert isinstance(results[1], Ungraded)
    assert results[1].reason == "The embedder failed: the service is down"


def test_a_question_is_looked_up_once() -> None:
    embedder = FailingEmbedder()

    list(run(iter([answer("so where do birds migrate during autumn then")] * 5), embedder))

    assert embedder.lookups == 1


@pytest.mark.parametrize("size", [BATCH - 1, BATCH, (AHEAD + 1) * BATCH, 5 * BATCH + 5])
def test_batches_lose_and_repeat_nothing(size: int) -> None:
    results = list(run((answer("1", str(i)) for i in range(size)), HashEmbedder(64)))

    assert [r.answer.id for r in results] == [str(i) for i in range(size)]


def test_the_input_is_read_as_results_are_taken() -> None:
    taken = 0

    def endless() -> Iterator[Answer]:
        nonlocal taken
        while True:
            taken += 1
            yield answer("1")

    next(run(endless(), HashEmbedder(64)))

    assert taken == (AHEAD + 1) * BATCH


TRANSCRIPT = Transcript(
    name="talk.txt",
    turns=(
        Turn(speaker="Ann", text="What happens to the lakes each winter?"),
        Turn(speaker="Bob", text="The lakes freeze solid, because the nights are cold up there."),
        Turn(speaker="Ann", text="Where do birds migrate during autumn?"),
        Turn(speaker="Bob", text="They fly to the south, where it is warm and food is plenty."),
    ),
)


def test_a_transcript_is_paired_by_the_embedders_cosine() -> None:
    alignment = align_transcript(TRANSCRIPT, BANK, BankSentences(HashEmbedder(256)))

    assert alignment.interviewer == "Ann"
    assert [(a.question, a.text[:4]) for a in alignment.answers] == [
        ("lakes", "The "),
        ("birds", "They"),
    ]


def test_the_interviewer_can_be_named() -> None:
    alignment = align_transcript(
        TRANSCRIPT, BANK, BankSentences(HashEmbedder(256)), interviewer="Bob"
    )

    assert alignment.interviewer == "Bob"


def test_paired_answers_are_graded() -> None:
    alignment = align_transcript(TRANSCRIPT, BANK, BankSentences(HashEmbedder(256)))

    results = list(run(iter(alignment.answers), HashEmbedder(256)))

    assert [r.question_id for r in results if isinstance(r, Grade)] == ["lakes", "birds"]
