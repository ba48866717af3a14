"""The question a person means: by id, number, wording, or the nearest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_bank
from vivavoce.core.rubric import Bank, Category, Criterion, Rubric
from vivavoce.core.vectors import FloatArray
from vivavoce.errors import UnknownQuestionError
from vivavoce.ports import Embedder
from vivavoce.services.bank_sentences import BankSentences
from vivavoce.services.lookup import BankIndex, Hit
from vivavoce.testing import HashEmbedder


def rubric(name: str, number: int, question: str, *asked_as: str) -> Rubric:
    return Rubric(
        id=name,
        number=number,
        question=question,
        asked_as=asked_as,
        category=Category.ALGORITHMS,
        reference="Since it is so.",
        criteria=(Criterion(id="c", points=1, statement="It is so."),),
    )


BANK = Bank(
    rubrics=(
        rubric(
            "bias-variance", 1, "What is the bias-variance trade-off?", "Explain bias, variance."
        ),
        rubric("random-forest", 2, "How does a random forest work?"),
        rubric("7", 3, "Which sorting algorithm suits linked lists?"),
    )
)
EMBEDDER = HashEmbedder(512)


def find(bank: Bank, question: str, embedder: Embedder) -> Rubric:
    return BankIndex(bank, BankSentences(embedder)).find(question)


def search(bank: Bank, query: str, embedder: Embedder) -> list[Hit]:
    return BankIndex(bank, BankSentences(embedder)).search(query)


class SilentEmbedder(HashEmbedder):
    """Says so when it is asked for anything."""

    def embed(self, texts: Sequence[str]) -> FloatArray:
        raise AssertionError("no vector is needed for this")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("bias-variance", "bias-variance"),
        ("  random-forest\n", "random-forest"),
        ("1", "bias-variance"),
        ("02", "random-forest"),
        ("３", "7"),
        # An id comes before a number.
        ("7", "7"),
        ("What is the bias-variance trade-off?", "bias-variance"),
        ("what is THE bias variance trade off", "bias-variance"),
        ("explain bias variance!", "bias-variance"),
    ],
)
def test_what_is_named_exactly_needs_no_embedder(question: str, expected: str) -> None:
    assert find(BANK, question, SilentEmbedder()).id == expected


def test_a_wording_near_enough_is_taken() -> None:
    found = find(BANK, "so how does a random forest work then", EMBEDDER)

    assert found.id == "random-forest"


@pytest.mark.parametrize("question", ["4", "0", "999999999", "9" * 5000])
def test_a_number_without_question_is_named(question: str) -> None:
    with pytest.raises(
        UnknownQuestionError, match="number .*the bank has 3.*viva bank list"
    ) as err:
        find(BANK, question, EMBEDDER)

    assert len(str(err.value)) < 300


def test_a_wording_that_fits_nothing_names_the_nearest() -> None:
    with pytest.raises(UnknownQuestionError, match="Nearest: random-forest, .*viva bank list"):
        find(BANK, "Is a forest green?", EMBEDDER)


def test_a_very_long_question_is_not_repeated_whole() -> None:
    with pytest.raises(UnknownQuestionError) as err:
        find(BANK, "strange " * 10_000, EMBEDDER)

    assert len(str(err.value)) < 400


def test_two_questions_of_the_same_wording_are_not_guessed_between() -> None:
    bank = Bank(rubrics=(rubric("one", 1, "What is it?"), rubric("two", 2, "What is it?")))

    with pytest.raises(UnknownQuestionError, match="Nearest: one, two"):
        find(bank, "what is it", EMBEDDER)


def test_signs_alone_match_no_question_of_signs() -> None:
    bank = Bank(rubrics=(rubric("one", 1, "???"), rubric("two", 2, "What of bias?")))

    with pytest.raises(UnknownQuestionError):
        find(bank, "!!!", EMBEDDER)


@pytest.mark.parametrize("question", ["1", "bias", ""])
def test_an_empty_bank_says_so(question: str) -> None:
    with pytest.raises(UnknownQuestionError, match="no questions"):
        find(Bank(rubrics=()), question, EMBEDDER)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_any_text_finds_a_question_or_says_that_none_fits(question: str) -> None:
    try:
        assert find(BANK, question, EMBEDDER) in BANK.rubrics
    except UnknownQuestionError as exc:
        assert "viva bank list" in str(exc)


@given(st.text(max_size=60))
def test_a_search_ranks_every_question_once(query: str) -> None:
    hits = search(BANK, query, EMBEDDER)

    assert sorted(h.rubric.number for h in hits) == [1, 2, 3]
    assert all(0.0 <= h.similarity <= 1.0 for h in hits)
    order = [(-h.similarity, h.rubric.number) for h in hits]
    assert order == sorted(order)


def test_similarity_is_three_quarters_cosine_and_a_quarter_shared_words() -> None:
    """The wording itself: cosine 1, all words shared. Another: cosine of one word of two."""
    bank = Bank(rubrics=(rubric("one", 1, "apple pear"),))
    words = EMBEDDER.embed(["apple", "plum"])
    pair = EMBEDDER.embed(["apple pear", "apple plum"])

    assert search(bank, "apple pear", EMBEDDER)[0].similarity == 1.0
    expected = 0.75 * float(pair[0] @ pair[1]) + 0.25 * 0.5
    assert search(bank, "apple plum", EMBEDDER)[0].similarity == pytest.approx(expected, abs=1e-3)
    assert abs(float(words[0] @ words[1])) < 0.3


def test_an_empty_bank_has_no_hits() -> None:
    assert search(Bank(rubrics=()), "bias", EMBEDDER) == []


class TestShippedBank:
    """With the real model, as people ask."""

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("can you explain the bias variance tradeoff to me", "bias-variance"),
            ("L1 versus L2 regularisation, what's the difference?", "l1-l2"),
            ("what's the difference between k-nearest neighbours and k-means", "knn-kmeans"),
        ],
    )
    def test_spoken_questions_are_found(
        self, asked: str, expected: str, minilm: OnnxMiniLM
    ) -> None:
        assert find(load_bank(resource("rubrics")), asked, minilm).id == expected

    @pytest.mark.parametrize(
        "asked", ["Where did you go on holiday?", "asdf qwer", "machine learning"]
    )
    def test_what_no_question_asks_is_not_guessed(self, asked: str, minilm: OnnxMiniLM) -> None:
        with pytest.raises(UnknownQuestionError, match="Nearest"):
            find(load_bank(resource("rubrics")), asked, minilm)


class CountingEmbedder(HashEmbedder):
    """Counts the texts that it is given."""

    texts = 0

    def embed(self, texts: Sequence[str]) -> FloatArray:
        self.texts += len(texts)
        return super().embed(texts)


def test_an_index_embeds_the_bank_once_and_finds_what_a_single_search_finds() -> None:
    embedder = CountingEmbedder(512)
    index = BankIndex(BANK, BankSentences(embedder))
    queries = ["how does the forest work", "bias, then", "sorting of lists"]

    found = [index.search(query) for query in queries]

    assert embedder.texts == 3 + sum(1 + len(r.questions) for r in BANK.rubrics)
    assert found == [search(BANK, query, EMBEDDER) for query in queries]
