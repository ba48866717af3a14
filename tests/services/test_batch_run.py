"""A run skips what its log holds, regrades what changed, and keeps the order of the input."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vivavoce.core.answer import Answer
from vivavoce.core.calibration import Calibration, KindModel, Logistic
from vivavoce.core.grade import Grade, Ungraded
from vivavoce.core.rubric import Bank, Category, Criterion, Kind, Rubric
from vivavoce.core.signals import BELIEF_SIGNALS, SIGNALS, TOPIC_SIGNALS
from vivavoce.core.transcript import Alignment
from vivavoce.services.bank_sentences import BankSentences
from vivavoce.services.batch_run import BatchRun, Known, Stage
from vivavoce.services.grader import Grader
from vivavoce.services.lookup import BankIndex
from vivavoce.testing import HashEmbedder

LAKES = Rubric(
    id="lakes",
    number=1,
    question="What happens to the lakes each winter?",
    category=Category.ALGORITHMS,
    reference="Since it is so.",
    criteria=(Criterion(id="c", points=1, statement="The lakes freeze solid."),),
)


class MemoryLog:
    """A `ResultLog` in memory."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, Grade | Ungraded | Alignment]] = []

    def known(self, name: str) -> Known | None:
        for key, result in reversed(self.lines):
            if key.startswith(name):
                return Known(key.partition("-")[2], isinstance(result, Grade))
        return None

    def append(self, key: str, result: Grade | Ungraded | Alignment) -> None:
        self.lines.append((key, result))


def logistic(names: tuple[str, ...], bias: float) -> Logistic:
    zeros, ones = (0.0,) * len(names), (1.0,) * len(names)
    return Logistic(signals=names, mean=zeros, scale=ones, weights=zeros, bias=bias)


def batch_run(
    log: MemoryLog,
    rubric: Rubric = LAKES,
    *,
    bias: float = -1.0,
    settings: str = "",
    retry: bool = False,
    later: Stage | None = None,
) -> BatchRun:
    calibration = Calibration(
        name="flat",
        credit=logistic(SIGNALS, bias),
        contradiction=logistic(SIGNALS, -1.0),
        belief=logistic(BELIEF_SIGNALS, -1.0),
        off_topic=logistic(TOPIC_SIGNALS, -1.0),
        kinds=dict.fromkeys(Kind, KindModel()),
    )
    embedder = HashEmbedder(64)
    grader = Grader(embedder, None, calibration, version="1")
    index = BankIndex(Bank(rubrics=(rubric,)), BankSentences(embedder))
    return BatchRun(index, grader, log, settings=settings, retry_ungraded=retry, later=later)


def answers(*texts: str) -> list[Answer | Ungraded]:
    return [Answer(question="lakes", text=t, id=str(n)) for n, t in enumerate(texts)]


THREE = answers("They freeze over and go solid.", "No idea at all, sorry.", "Ice forms on them.")


def test_the_same_again_makes_nothing() -> None:
    log = MemoryLog()
    first = list(batch_run(log).results(THREE))
    again = batch_run(log)

    assert list(again.results(THREE)) == []
    assert (len(first), again.skipped, len(log.lines)) == (3, 3, 3)


def test_a_run_that_was_left_goes_on_where_it_stopped() -> None:
    log = MemoryLog()
    results = batch_run(log).results(THREE)
    next(results)
    next(results)
    results.close()

    rest = list(batch_run(log).results(THREE))

    assert [r.answer.id for r in rest] == ["2"]


def test_other_words_other_rubric_calibration_or_settings_are_graded_again() -> None:
    log = MemoryLog()
    list(batch_run(log).results(THREE))
    harder = LAKES.model_copy(update={"reference": "Because of the cold."})

    changed = [THREE[0], *answers("", "Quite another thing.")[1:], THREE[2]]
    assert [r.answer.id for r in batch_run(log).results(changed)] == ["1"]
    assert len(list(batch_run(log, harder).results(THREE))) == 3
    # The same name, other numbers: the signature is the same, the grades are not.
    assert len(list(batch_run(log, harder, bias=1.0).results(THREE))) == 3
    assert len(list(batch_run(log, harder, bias=1.0, settings="judge").results(THREE))) == 3


def test_two_answers_of_one_name_are_two() -> None:
    log = MemoryLog()
    twice: list[Answer | Ungraded] = [*answers("They freeze."), *answers("They boil.")]

    assert len(list(batch_run(log).results(twice))) == 2
    assert list(batch_run(log).results(twice)) == []


def test_ungraded_answers_are_tried_again_when_asked_for() -> None:
    log = MemoryLog()
    unknown: list[Answer | Ungraded] = [Answer(question="??", text="x", id="u"), *THREE]
    list(batch_run(log).results(unknown))

    assert list(batch_run(log).results(unknown)) == []
    assert [r.answer.id for r in batch_run(log, retry=True).results(unknown)] == ["u"]


def test_a_later_stage_is_what_the_log_holds() -> None:
    def noted(results: Iterator[Grade | Ungraded]) -> Iterator[Grade | Ungraded]:
        for one in results:
            assert isinstance(one, Grade)
            yield one.model_copy(update={"review": ("judged",)})

    log = MemoryLog()
    made = list(batch_run(log, later=noted).results(THREE))

    assert [r.answer.id for r in made] == ["0", "1", "2"]
    assert all(isinstance(r, Grade) and r.review == ("judged",) for _, r in log.lines)


@pytest.mark.parametrize("name", ["a.vtt", "b.vtt"])
def test_a_transcripts_reading_is_noted_once(name: str) -> None:
    log = MemoryLog()
    heard = Alignment(transcript=name, interviewer="Ann", answers=(), asked=())
    for _ in range(2):
        batch_run(log).note(heard)
    assert [r for _, r in log.lines] == [heard]
