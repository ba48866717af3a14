"""A bank's sentences are embedded once, and what people say is never kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from vivavoce import default_bank
from vivavoce.adapters.sentence_files import SentenceFiles
from vivavoce.core.claims import reading_key
from vivavoce.core.vectors import TokenVectors
from vivavoce.ports import FloatArray, SentenceStore
from vivavoce.services.bank_sentences import BankSentences
from vivavoce.testing import HashEmbedder, OverlapScorer

ASKED = ["What is a lake?", "Why does ice float?"]


class CountingEmbedder(HashEmbedder):
    """Keeps what it was given."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.given: list[str] = []

    def embed(self, texts: Sequence[str]) -> FloatArray:
        self.given += texts
        return super().embed(texts)


@pytest.fixture
def store(tmp_path: Path) -> SentenceFiles:
    return SentenceFiles(tmp_path / "banks")


def test_files_are_a_store(store: SentenceFiles) -> None:
    assert isinstance(store, SentenceStore)


def test_the_same_sentences_are_embedded_once() -> None:
    embedder = CountingEmbedder()
    sentences = BankSentences(embedder)

    first, again = sentences.vectors(ASKED), sentences.vectors(ASKED)

    assert np.array_equal(first, HashEmbedder().embed(ASKED))
    assert again is first
    assert embedder.given == ASKED


def test_another_process_finds_them(store: SentenceFiles) -> None:
    first = BankSentences(CountingEmbedder(), store).vectors(ASKED)
    later = CountingEmbedder()

    assert np.array_equal(BankSentences(later, store).vectors(ASKED), first)
    assert later.given == []


def test_other_sentences_and_other_embedders_have_their_own(store: SentenceFiles) -> None:
    BankSentences(CountingEmbedder(), store).vectors(ASKED)
    one, other = CountingEmbedder(), CountingEmbedder(32)

    BankSentences(one, store).vectors(ASKED[:1])
    assert BankSentences(other, store).vectors(ASKED).shape == (2, 32)
    assert one.given == ASKED[:1]
    assert other.given == ASKED


@pytest.mark.parametrize("damage", [b"", b"no vectors", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_made_anew(store: SentenceFiles, damage: bytes) -> None:
    BankSentences(CountingEmbedder(), store).vectors(ASKED)
    (file,) = store.folder.glob("*.npy")
    file.write_bytes(damage)
    embedder = CountingEmbedder()

    assert len(BankSentences(embedder, store).vectors(ASKED)) == 2
    assert embedder.given == ASKED
    assert store.clear() == 1
    assert list(store.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = SentenceFiles(tmp_path / "file")

    assert len(BankSentences(CountingEmbedder(), store).vectors(ASKED)) == 2
    assert store.clear() == 0


class CountingTokens(HashEmbedder):
    """Keeps the texts whose tokens it was asked for."""

    def __init__(self) -> None:
        super().__init__(64)
        self.read: list[str] = []

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.read += texts
        return super().tokens(texts)


class TestClaims:
    one, other = default_bank().rubrics[:2]

    def test_the_share_of_points_that_are_spoken_of(self) -> None:
        sentences = BankSentences(HashEmbedder(), scorer=OverlapScorer())
        first = self.one.criteria[0]

        (found,) = sentences.claimed([(first.statement, self.one)])

        assert first.points / sum(c.points for c in self.one.criteria) <= found <= 1

    def test_a_wrong_claim_is_one_too(self) -> None:
        sentences = BankSentences(HashEmbedder(), scorer=OverlapScorer())
        said = self.one.criteria[0].statement
        right, wrong = sentences.claimed([(said, self.one), (f"{said} Never.", self.one)])

        assert wrong == pytest.approx(right)

    def test_of_what_was_not_learned_nothing_is_claimed(self) -> None:
        scorer = OverlapScorer({reading_key(self.one)})
        sentences = BankSentences(HashEmbedder(), scorer=scorer)

        asked = [(r.reference, r) for r in (self.one, self.other)]
        known, unknown = sentences.claimed(asked)

        assert known > 0
        assert unknown == 0
        assert sentences.reads([self.other, self.one])
        assert not sentences.reads([self.other])

    def test_without_a_scorer_nothing_is_read(self) -> None:
        sentences = BankSentences(HashEmbedder())

        assert sentences.claimed([(self.one.reference, self.one)]) == [0.0]
        assert not sentences.reads([self.one])

    def test_a_text_is_encoded_once_for_all_rubrics(self) -> None:
        lent = CountingTokens()
        sentences = BankSentences(HashEmbedder(), scorer=OverlapScorer(embedder=lent))

        sentences.claimed([("Ice floats.", self.one), ("Ice floats.", self.other)])

        assert lent.read == ["Ice floats."]
