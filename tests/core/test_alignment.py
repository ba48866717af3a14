"""Who asked what and who answered it with which words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vivavoce.adapters.transcripts import read_transcript
from vivavoce.adapters.transcripts.cues import Cue, to_turns
from vivavoce.core.alignment import THRESHOLD, align
from vivavoce.core.question_matching import QuestionMatcher, windows
from vivavoce.core.rubric import Bank, Category, Criterion, Rubric
from vivavoce.core.transcript import Alignment, Transcript, Turn
from vivavoce.errors import InputError

ROOT = Path(__file__).parents[2]
Matrix = NDArray[np.float32]


def bag_of_words(texts: Sequence[str], questions: Sequence[str]) -> Matrix:
    """Cosines of word counts."""

    def counts(text: str) -> Counter[str]:
        return Counter(re.findall(r"\w+", text.casefold()))

    def cosine(a: Counter[str], b: Counter[str]) -> float:
        norm = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
        return sum(a[w] * b[w] for w in a) / norm if norm else 0.0

    ours, theirs = [counts(t) for t in texts], [counts(q) for q in questions]
    return np.array([[cosine(a, b) for b in theirs] for a in ours], dtype=np.float32).reshape(
        len(texts), len(questions)
    )


def rubric(number: int, name: str, *questions: str, follow_ups: tuple[str, ...] = ()) -> Rubric:
    return Rubric(
        id=name,
        number=number,
        question=questions[0],
        asked_as=questions[1:],
        category=Category.ALGORITHMS,
        reference="A reference.",
        criteria=(Criterion(id="one", points=1, statement="A statement."),),
        follow_ups=follow_ups,
    )


BANK = Bank(
    rubrics=(
        rubric(
            1,
            "bias-variance",
            "What is the trade-off between bias and variance?",
            "Explain the bias-variance trade-off.",
            follow_ups=("Does bagging act on bias or on variance?",),
        ),
        rubric(2, "overfitting", "How do you make sure that a model does not overfit?"),
        rubric(3, "evaluate-model", "How would you evaluate how good a model is?"),
        rubric(4, "evaluate-logistic", "How would you evaluate a logistic regression model?"),
        rubric(5, "roc-curve", "How does a ROC curve work?"),
    )
)
ASK = "What is the trade-off between bias and variance?"
OVERFIT = "How do you make sure that a model does not overfit?"


def talk(*turns: tuple[str, str], name: str = "t.vtt") -> Transcript:
    return Transcript(
        name=name,
        turns=tuple(Turn(speaker=s, text=t, line=n) for n, (s, t) in enumerate(turns, start=1)),
    )


def aligned(*turns: tuple[str, str], **options: Any) -> Alignment:
    return align(talk(*turns), BANK, bag_of_words, **options)


def texts(found: Alignment) -> dict[str, str]:
    return {a.id.partition("#")[2]: a.text for a in found.answers}


def heard(found: Alignment) -> list[tuple[str | None, bool]]:
    return [(a.question_id, a.answered) for a in found.asked]


def test_question_within_small_talk_and_its_answer() -> None:
    found = aligned(
        ("Interviewer", "Great, thanks a lot. So, next one. " + ASK + " Take your time."),
        ("Maya", "Sure."),
        ("Interviewer", "Mm-hm."),
        ("Maya", "Bias is too simple."),
    )
    assert found.interviewer == "Interviewer"
    assert heard(found) == [("bias-variance", True)]
    assert found.asked[0].similarity > 0.9
    (answer,) = found.answers
    assert (answer.question, answer.id) == ("bias-variance", "t.vtt#bias-variance")
    # Back-channels of either are no part of the answer.
    assert (answer.candidate, answer.source) == ("Maya", "t.vtt, line 4")
    assert answer.text == "Bias is too simple."
    assert answer.segments == ()


def test_speech_without_punctuation() -> None:
    found = aligned(
        (
            "Interviewer",
            "okay great thanks so um next one can you tell me how does a roc curve work",
        ),
        ("Maya", "it is drawn from the scores"),
    )
    assert texts(found) == {"roc-curve": "it is drawn from the scores"}


def test_questions_of_one_kind_do_not_collide() -> None:
    found = aligned(
        ("Interviewer", "How would you evaluate a logistic regression?"),
        ("Maya", "one"),
        ("Interviewer", "And how would you evaluate a model in general?"),
        ("Maya", "two"),
    )
    assert texts(found) == {"evaluate-logistic": "one", "evaluate-model": "two"}


@pytest.mark.parametrize(
    "between",
    [
        "Mm-hm.",
        "Right.",
        "Okay, great.",
        "Can you say more?",
        "And variance?",
        "And if the variance is the problem?",
        "Could you give me an example?",
        "I see. And why is that?",
        "So it goes down, right?",
        "Interesting, I had not heard it put that way.",
        "Sorry, can you hear me?",
        "Does bagging act on bias or on variance?",
        "And how would you measure that?",
    ],
)
def test_backchannels_and_prompts_leave_the_answer_running(between: str) -> None:
    found = aligned(
        ("Interviewer", ASK), ("Maya", "first"), ("Interviewer", between), ("Maya", "later")
    )
    assert texts(found) == {"bias-variance": "first\nlater"}
    assert heard(found) == [("bias-variance", True)]


@pytest.mark.parametrize(
    "other",
    [
        "Where do you see yourself in five years?",
        "How does dropout act on a convolutional layer?",
    ],
)
def test_a_question_outside_the_bank_ends_the_answer_and_is_listed(other: str) -> None:
    found = aligned(
        ("Interviewer", ASK), ("Maya", "first"), ("Interviewer", other), ("Maya", "elsewhere")
    )
    assert texts(found) == {"bias-variance": "first"}
    assert heard(found) == [("bias-variance", True), (None, True)]
    assert [a.text for a in found.unmatched] == [other]


def test_a_question_told_as_a_story_is_found_by_the_points_of_its_answer() -> None:
    told = "Suppose it shines at home and fails abroad. What would you do about that?"
    said = (
        "I would hold some rows back from the start, make the thing smaller, punish large weights "
        "and stop as soon as the rows that I held back get worse instead of better."
    )

    def claimed(pairs: Sequence[tuple[str, Rubric]]) -> list[float]:
        return [0.9 * (text == said and r.id == "overfitting") for text, r in pairs]

    by_words = aligned(("Interviewer", told), ("Maya", said))
    by_points = aligned(("Interviewer", told), ("Maya", said), claimed=claimed)

    assert texts(by_words) == {}
    assert texts(by_points) == {"overfitting": said}


def test_closing_ends_the_answer() -> None:
    found = aligned(
        ("Interviewer", ASK),
        ("Maya", "first"),
        ("Interviewer", "That's all from me, thanks for your time."),
        ("Maya", "Thanks, goodbye to all of you."),
    )
    assert texts(found) == {"bias-variance": "first"}


def test_a_clarifying_question_is_kept_out_and_its_short_reply_ends_nothing() -> None:
    found = aligned(
        ("Interviewer", ASK),
        ("Maya", "Do you mean the formula?"),
        ("Interviewer", "Could you start with the statistical meaning?"),
        ("Maya", "Bias is an error."),
    )
    assert texts(found) == {"bias-variance": "Bias is an error."}
    assert heard(found) == [("bias-variance", True)]


def test_a_question_asked_again_joins_the_earlier_answer() -> None:
    found = aligned(
        ("Interviewer", ASK),
        ("Maya", "first"),
        ("Interviewer", OVERFIT),
        ("Maya", "more data"),
        ("Interviewer", "Back to the start. Explain the bias-variance trade-off."),
        ("Maya", "again"),
    )
    assert texts(found) == {"bias-variance": "first\nagain", "overfitting": "more data"}
    assert [a.question_id for a in found.asked] == ["bias-variance", "overfitting", "bias-variance"]


def test_asked_and_not_answered() -> None:
    found = aligned(
        ("Interviewer", ASK + " Actually, let's skip that one. " + OVERFIT),
        ("Maya", "more data"),
        ("Interviewer", "How does a ROC curve work?"),
        ("Maya", "Okay."),
        ("Interviewer", "Let's leave it there."),
        ("Maya", "Fine, that was a long day."),
    )
    assert heard(found) == [("bias-variance", False), ("overfitting", True), ("roc-curve", False)]
    assert found.asked[0].text == ASK
    assert [a.question_id for a in found.unanswered] == ["bias-variance", "roc-curve"]
    assert texts(found) == {"overfitting": "more data"}


def test_a_question_asked_twice_and_answered_once_is_answered() -> None:
    found = aligned(("Interviewer", ASK), ("Maya", "Mm."), ("Interviewer", ASK), ("Maya", "this"))
    assert heard(found) == [("bias-variance", True)] * 2


def test_a_topic_that_is_only_announced() -> None:
    found = aligned(
        ("Interviewer", "Next, the trade-off between bias and variance."),
        ("Maya", "first"),
        ("Interviewer", "Nice, that is the trade-off between bias and variance."),
        ("Maya", "and more of it"),
    )
    assert heard(found) == [("bias-variance", True)]
    assert texts(found) == {"bias-variance": "first\nand more of it"}


def test_a_panel_of_candidates() -> None:
    found = aligned(
        ("Moderator", ASK), ("Ann", "one"), ("Bob", "two"), ("Ann", "three"),
        ("Moderator", OVERFIT), ("Bob", "four"),
    )  # fmt: skip
    assert [(a.id, a.candidate, a.text) for a in found.answers] == [
        ("t.vtt#bias-variance#Ann", "Ann", "one\nthree"),
        ("t.vtt#bias-variance#Bob", "Bob", "two"),
        ("t.vtt#overfitting", "Bob", "four"),
    ]


@pytest.mark.parametrize(
    ("asking", "answering"),
    [("Interviewer 1", "Maya"), ("Q", "A"), ("Sam (Host)", "Maya"), ("HIRING_MANAGER", "x"),
     ("Sam", "Candidate"), ("Sam", "Maya"), ("SPEAKER_01", "SPEAKER_00")],
)  # fmt: skip
def test_who_asks_is_found_from_labels_or_content(asking: str, answering: str) -> None:
    found = aligned(
        (answering, "Hello. Is it me first?"),
        (asking, ASK),
        (answering, "Bias is the trade-off, and variance is what you give for it."),
        (asking, OVERFIT),
        (answering, "What do I do? I hold data out so that a model does not overfit."),
    )
    assert found.interviewer == asking
    assert [a.candidate for a in found.answers] == [answering] * 2


def test_two_interviewers() -> None:
    found = aligned(
        ("Ann", ASK), ("Maya", "one"), ("Bob", OVERFIT), ("Maya", "two"),
        ("Ann", "How does a ROC curve work?"), ("Maya", "three"),
    )  # fmt: skip
    assert found.interviewer == "Ann, Bob"
    assert [a.text for a in found.answers] == ["one", "two", "three"]


def test_interviewer_given_by_name() -> None:
    turns = [("Maya", ASK), ("Interviewer", "I answer myself")]
    assert aligned(*turns, interviewer=" maya ").answers[0].candidate == "Interviewer"
    with pytest.raises(InputError, match=r"'Bob'; the speakers are: 'Maya', 'Interviewer'"):
        aligned(*turns, interviewer="Bob")


def test_without_speaker_labels() -> None:
    found = aligned(
        ("", "Welcome to you."),
        ("", ASK),
        ("", "Bias is too simple."),
        ("", "So what is variance?"),
        ("", "It is the other one."),
        ("", "Where do you see yourself in five years?"),
        ("", "In this chair."),
        ("", OVERFIT),
        ("", "More data."),
    )
    assert found.interviewer == ""
    assert texts(found) == {
        # A paragraph that asks between two that do not is the interviewer's follow-up.
        "bias-variance": "Bias is too simple.\nIt is the other one.",
        "overfitting": "More data.",
    }
    assert [a.candidate for a in found.answers] == ["", ""]


def test_degenerate_inputs() -> None:
    empty = Transcript(name="t", turns=())
    assert align(empty, BANK, bag_of_words).asked == ()
    only = aligned(("Interviewer", ASK))
    assert heard(only) == [("bias-variance", False)]
    nothing = align(talk(("Interviewer", ASK), ("M", "x")), Bank(rubrics=()), bag_of_words)
    assert heard(nothing) == [(None, True)]
    assert nothing.answers == ()


def test_threshold_decides_what_is_matched() -> None:
    turns = [("Interviewer", "What is the trade-off?"), ("Maya", "x")]
    score = aligned(*turns, threshold=0.0).asked[0].similarity
    # It stands out among the bank's questions, which counts for up to 0.13.
    assert aligned(*turns, threshold=score).asked[0].question_id == "bias-variance"
    assert aligned(*turns, threshold=score + 0.15).asked[0].question_id is None


def test_windows_cover_sentences_runs_and_openers() -> None:
    found = windows("Good. So we said that okay um can you tell me what is recall. Right?")
    assert [(w.text, w.start, w.end) for w in found if w.start == 1 and w.end == 2] == [
        ("So we said that okay um can you tell me what is recall.", 1, 2),
        ("can you tell me what is recall.", 1, 2),
        ("tell me what is recall.", 1, 2),
        ("what is recall.", 1, 2),
    ]
    assert windows("") == []


WORDS = st.text(alphabet="abc é.?", min_size=1, max_size=15).map(lambda s: " ".join(s.split()))
CUES = st.lists(
    st.builds(
        Cue,
        speaker=st.sampled_from(["Interviewer", "Maya", "Zoë"]),
        text=st.one_of(st.sampled_from([ASK, OVERFIT, "Mm-hm.", "And variance?"]), WORDS),
        from_s=st.one_of(st.none(), st.floats(0, 100)),
        to_s=st.one_of(st.none(), st.floats(100, 200)),
        line=st.integers(1, 9),
        confidence=st.none(),
        words=st.just(()),
    ),
    max_size=14,
)


@settings(deadline=None)
@given(CUES)
def test_every_segment_of_an_answer_is_the_text_of_its_cue(cues: list[Cue]) -> None:
    transcript = Transcript(name="t", turns=to_turns(cues))
    found = align(transcript, BANK, bag_of_words)
    assert found == align(transcript, BANK, bag_of_words)
    for answer in found.answers:
        for one in answer.segments:
            words = answer.text[one.start : one.end]
            assert any(
                words in c.text
                and (c.speaker, c.from_s, c.to_s) == (answer.candidate, one.from_s, one.to_s)
                for c in cues
            )
        ends = [0, *(s.end for s in answer.segments)]
        assert all(s.start >= end for s, end in zip(answer.segments, ends, strict=False))
        said = [t.text for t in transcript.turns if t.speaker == answer.candidate]
        assert all(any(line in text for text in said) for line in answer.text.split("\n"))
    for piece in found.pieces:
        assert transcript.turns[piece.turn].text[piece.start : piece.end].strip()
    assert len({a.id for a in found.answers}) == len(found.answers)


# With the real embedder and the shipped bank.


@pytest.fixture(scope="module")
def shipped() -> Bank:
    files = sorted((ROOT / "rubrics" / "machine-learning").glob("*.yaml"))
    rubrics = [Rubric.model_validate(yaml.safe_load(f.read_text("utf-8"))) for f in files]
    return Bank(rubrics=tuple(sorted(rubrics, key=lambda r: r.number)))


@pytest.fixture(scope="module")
def real_vectors() -> Any:
    module = pytest.importorskip("vivavoce.adapters.onnx_minilm")
    embedder = module.OnnxMiniLM()
    known: dict[str, Matrix] = {}

    def vectors(some: Sequence[str]) -> Matrix:
        new = [t for t in dict.fromkeys(some) if t not in known]
        known.update(zip(new, embedder.embed(new), strict=True))
        return np.stack([known[t] for t in some])

    return lambda ours, theirs: vectors(ours) @ vectors(theirs).T


@pytest.mark.parametrize(
    "name", ["interview.vtt", "interview.srt", "interview.txt", "interview.md"]
)
def test_example_interview(name: str, shipped: Bank, real_vectors: Any) -> None:
    found = align(read_transcript(ROOT / "examples" / name), shipped, real_vectors)
    assert found.interviewer == "Interviewer"
    asked = ["bias-variance", "supervised-unsupervised", "knn-kmeans", "roc-curve",
             "precision-recall", "bayes-theorem", None, "l1-l2", "type-i-type-ii",
             "probability-likelihood", "kernel-trick", "hash-table"]  # fmt: skip
    assert [a.question_id for a in found.asked] == asked
    assert "five years" in found.unmatched[0].text
    assert [a.question_id for a in found.unanswered] == ["kernel-trick"]
    assert [a.question for a in found.answers] == [q for q in asked if q and q != "kernel-trick"]
    first = found.answers[0]
    assert first.text.startswith("Sure. So, um, bias is the error")
    assert first.text.endswith("average lots of models like a random forest does.")
    assert found.answers[5].text.startswith("Okay. So it's basically a way to update")
    for answer in found.answers:
        assert answer.candidate == "Maya Chen"
        assert bool(answer.segments) == (name != "interview.md")


OFF_BANK = """
Where do you see yourself in five years?|Why do you want to work here?|Tell me about yourself.
What is your greatest weakness?|How would you evaluate a recommender system?
What is a convolutional neural network?|How does backpropagation work?|What is gradient descent?
Explain the attention mechanism in transformers.|What is a p-value?
What's the central limit theorem?|What is a REST API?|How do you sort a list in linear time?
What is a binary search tree?|What is dynamic programming?|How would you reverse a linked list?
What is the difference between a process and a thread?|Explain how a random forest works.
What is principal component analysis?|How do you choose the number of clusters?
What is the curse of dimensionality?|What is batch normalisation?|What is dropout?
Tell me about a time you disagreed with a colleague.|What salary do you expect?
How do you design an A/B test?|What is a confusion matrix?|What is a Markov chain?
What's the difference between a left join and an inner join?|What is transfer learning?
How does a support vector machine choose its margin?|What is feature engineering?
How would you detect outliers?|How do you keep up with the field?|What is cross-validation?
Do you have any questions for me?|How would you deploy a model to production?
What is the difference between bagging and boosting?|What is a stack and what is a queue?
What is the difference between correlation and causation?|What is overplotting?
How do you explain your work to non-technical people?|What is reinforcement learning?
What is the difference between SQL and NoSQL?|How does a decision tree choose its splits?
"""
LEAD_INS = ("", "Great, thanks. So next one, ", "Okay, cool. Let's see. ", "Right. Makes sense. ")


def test_held_out_wordings_and_off_bank_questions(shipped: Bank, real_vectors: Any) -> None:
    right = wrong = total = 0
    # Of the wordings, one of the careful ones and the first of the clumsy spoken ones.
    for held in (1, 5):
        asked = [(r.id, r.questions[held]) for r in shipped.rubrics if held < len(r.questions)]
        rest = [
            r.model_copy(
                update={"asked_as": tuple(q for i, q in enumerate(r.asked_as, 1) if i != held)}
            )
            for r in shipped.rubrics
        ]
        matcher = QuestionMatcher(Bank(rubrics=tuple(rest)), real_vectors)
        for n, (rubric_id, question) in enumerate(asked):
            turn = LEAD_INS[(n + held) % 4] + question
            best = max(matcher.match([w.text for w in windows(turn)]), key=lambda m: m.score)
            total += 1
            right += best.score >= THRESHOLD and best.question_id == rubric_id
            wrong += best.score >= THRESHOLD and best.question_id != rubric_id
    assert right / total > 0.85
    assert wrong / total < 0.06
    matcher = QuestionMatcher(shipped, real_vectors)
    off = [q for line in OFF_BANK.split("\n") for q in line.split("|") if q]
    taken = [q for q in off if max(m.score for m in matcher.match([q])) >= THRESHOLD]
    assert len(taken) / len(off) < 0.25
