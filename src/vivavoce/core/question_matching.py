"""Which question of a bank a stretch of interviewer speech asks, if any.

Sentence vectors alone confuse questions of one kind about different things ("How would you
evaluate a model?" and "... a logistic regression?"), shared words alone miss paraphrases; the
score joins the two. Words count by how few questions of the bank have them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from vivavoce.core.asking import content_words, is_ask, openers
from vivavoce.core.rubric import Bank
from vivavoce.core.vectors import FloatArray

__all__ = [
    "Match",
    "QuestionMatcher",
    "Similarity",
    "Window",
    "sentence_spans",
    "sentences",
    "windows",
]

Similarity = Callable[[Sequence[str], Sequence[str]], FloatArray]
"""(n texts, m questions) -> cosines, shape (n, m)."""

SENTENCE = re.compile(r"(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<=[.!?…])[\"')\]”]*\s+|\n+")
WORDS_SHARE = 0.25
"""Weight of the shared words in a score; the rest is the cosine's."""
OTHER_WORDINGS = 3
OTHERS_SHARE = 0.35
"""Weight of the next best wordings of a question in its score."""
UNKNOWN = 0.8
"""Weight of a word that no question of the bank has, relative to the rarest that one has."""
SENTENCES_A_WINDOW = 3
OPENERS_A_SENTENCE = 6
LONG_SENTENCE = 9
"""Words from which a sentence is also read from each question opener on."""
WORDS_FROM_OPENER = 24
TEXTS_AT_ONCE = 4096
TOPIC_OF = 2
"""Questions at most that a word tells apart from the others."""


class Window(NamedTuple):
    """A stretch of a turn that may ask a question.

    Attributes:
        start, end: sentences of the turn that it covers, half-open.
        asks: whether it has the form of a question.
        at: character offset in the first sentence from which it was read.
    """

    text: str
    start: int
    end: int
    asks: bool
    at: int = 0


class Match(NamedTuple):
    """The best question for a window.

    Attributes:
        question_id: of the rubric, or None where the bank is empty.
        score: 0..1.
        follow_up: 0..1, the best score among the rubrics' follow-up questions.
        follows: rubric of that follow-up; None where there is none.
        margin: by how much the score beats that of the next best question.
    """

    question_id: str | None
    score: float
    follow_up: float
    follows: str | None = None
    margin: float = 1.0


def sentences(text: str) -> list[str]:
    """Sentences as punctuation and line ends divide them."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, white space between them left out."""
    out: list[tuple[int, int]] = []
    start = 0
    for begin, end in [*(m.span() for m in SENTENCE.finditer(text)), (len(text), len(text))]:
        # Closing quotes belong to the sentence, the white space after them to none.
        stop = begin + len(text[begin:end].rstrip())
        if text[start:stop].strip():
            lead = len(text[start:stop]) - len(text[start:stop].lstrip())
            out.append((start + lead, stop))
        start = end
    return out


def windows(text: str) -> list[Window]:
    """Runs of up to three sentences, and long sentences from each question opener on."""
    said = sentences(text)
    out: list[Window] = []
    for i, sentence in enumerate(said):
        for n in range(1, SENTENCES_A_WINDOW + 1):
            if i + n <= len(said):
                run = " ".join(said[i : i + n])
                out.append(Window(run, i, i + n, is_ask(run)))
        if len(sentence.split()) >= LONG_SENTENCE:
            for at in openers(sentence)[:OPENERS_A_SENTENCE]:
                tail = " ".join(sentence[at:].split()[:WORDS_FROM_OPENER])
                out.append(Window(tail, i, i + 1, True, at))
    return out


class QuestionMatcher:
    """Scores texts against every wording of every question of a bank.

    Args:
        bank: its questions, their other wordings and their follow-ups are matched.
        similarity: cosines of texts and questions.
    """

    def __init__(self, bank: Bank, similarity: Similarity) -> None:
        self._similarity = similarity
        self._ids = [rubric.id for rubric in bank.rubrics]
        self._wordings = [wording for rubric in bank.rubrics for wording in rubric.questions]
        self._own = len(self._wordings)
        ends = np.cumsum([len(rubric.questions) for rubric in bank.rubrics]).tolist()
        self._columns = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]
        self._wordings += [question for r in bank.rubrics for question in r.follow_ups]
        self._follows = [r.id for r in bank.rubrics for _ in r.follow_ups]
        self._weigh_words(bank)

    def _weigh_words(self, bank: Bank) -> None:
        contents = [content_words(wording) for wording in self._wordings]
        self._column = {w: i for i, w in enumerate(sorted(frozenset().union(*contents)))}
        having = np.zeros(len(self._column))
        asked = {r.id: content_words(" \n".join(r.questions)) for r in bank.rubrics}
        shared = Counter(word for words in asked.values() for word in words)
        self._topics = {
            key: frozenset(w for w in words if shared[w] <= TOPIC_OF)
            for key, words in asked.items()
        }
        for rubric in bank.rubrics:
            of_rubric = content_words(" \n".join((*rubric.questions, *rubric.follow_ups)))
            having[[self._column[w] for w in of_rubric if w in self._column]] += 1
        idf = np.log1p(len(bank.rubrics) / np.maximum(having, 1.0))
        self._idf = idf.astype(np.float32)
        self._unknown = UNKNOWN * float(np.log1p(len(bank.rubrics)))
        self._present = self._presence(contents)
        self._weight = self._present @ self._idf

    def _presence(self, contents: Sequence[frozenset[str]]) -> FloatArray:
        present = np.zeros((len(contents), len(self._column)), dtype=np.float32)
        for row, words in enumerate(contents):
            present[row, [self._column[w] for w in words if w in self._column]] = 1.0
        return present

    @property
    def ids(self) -> tuple[str, ...]:
        """The bank's questions, in the order of the columns of `scores`."""
        return tuple(self._ids)

    def scores(self, texts: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """How well each text fits each question, and its best follow-up: two (n, q), 0..1."""
        own = np.zeros((len(texts), len(self._ids)), dtype=np.float32)
        follow = np.zeros_like(own)
        for start in range(0, len(texts) if self._own else 0, TEXTS_AT_ONCE):
            rows = slice(start, start + TEXTS_AT_ONCE)
            scored = self._scores(texts[rows])
            own[rows] = np.stack([self._joined(scored[:, c]) for c in self._columns], axis=1)
            for column, of in enumerate(self._follows, start=self._own):
                at = self._ids.index(of)
                follow[rows, at] = np.maximum(follow[rows, at], scored[:, column])
        return own, follow

    def match(self, texts: Sequence[str]) -> list[Match]:
        """The best question of the bank for each text."""
        if not self._own:
            return [Match(None, 0.0, 0.0) for _ in texts]
        out: list[Match] = []
        for row, rest in zip(*self.scores(texts), strict=True):
            best = int(row.argmax())
            others = np.delete(row, best).max(initial=0.0)
            follow = float(rest.max(initial=0.0))
            out.append(
                Match(
                    self._ids[best],
                    float(row[best]),
                    follow,
                    self._ids[int(rest.argmax())] if follow else None,
                    float(row[best] - others),
                )
            )
        return out

    def topic(self, question_id: str) -> frozenset[str]:
        """Stems that this question's wordings have and hardly any other question's."""
        return self._topics.get(question_id, frozenset())

    @staticmethod
    def _joined(scores: FloatArray) -> FloatArray:
        """Scores of one rubric's wordings, shape (n, k), as one score a text, shape (n,).

        The other wordings have a say: a text close to a single one of them often asks about
        a word in passing ("a confusion matrix") and not the question.
        """
        ordered = -np.sort(-scores, axis=1)
        best = ordered[:, 0]
        others = ordered[:, 1 : 1 + OTHER_WORDINGS]
        if not others.shape[1]:
            return best
        return np.asarray((1 - OTHERS_SHARE) * best + OTHERS_SHARE * others.mean(axis=1))

    def _scores(self, texts: Sequence[str]) -> FloatArray:
        cosines = np.nan_to_num(np.asarray(self._similarity(texts, self._wordings)))
        joined = (1 - WORDS_SHARE) * np.clip(cosines, 0, 1) + WORDS_SHARE * self._shared(texts)
        return np.asarray(np.clip(joined, 0.0, 1.0), dtype=np.float32)

    def _shared(self, texts: Sequence[str]) -> FloatArray:
        """F1 of shared content words by weight, shape (n, m), 0..1."""
        contents = [content_words(text) for text in texts]
        present = self._presence(contents)
        unknown = np.array([sum(w not in self._column for w in c) for c in contents])
        both = (present * self._idf) @ self._present.T
        mine = present @ self._idf + self._unknown * unknown
        total = mine[:, None] + self._weight[None, :]
        return np.asarray(2 * both / np.maximum(total, 1e-6), dtype=np.float32)
