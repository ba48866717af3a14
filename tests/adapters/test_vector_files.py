"""Rubric vectors on disk: kept exactly, damaged files counted as absent, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.adapters.vector_files import VectorFiles
from vivavoce.core.coverage import RubricVectors, prepare, statements_of
from vivavoce.core.rubric import Category, Criterion, Rubric
from vivavoce.ports import VectorStore
from vivavoce.testing import HashEmbedder

RUBRIC = Rubric(
    id="q",
    number=1,
    question="What is bias? 偏差",
    category=Category.ALGORITHMS,
    reference="It is error. 😀 \x00",
    criteria=(Criterion(id="c", points=1, statement="Bias is error of a model too simple."),),
)


@pytest.fixture(scope="module")
def vectors() -> RubricVectors:
    return prepare(RUBRIC, HashEmbedder(8).tokens(statements_of(RUBRIC)))


@pytest.fixture
def store(tmp_path: Path) -> VectorFiles:
    return VectorFiles(tmp_path / "made" / "later")


def same(a: RubricVectors | None, b: RubricVectors) -> bool:
    if a is None or a.sentences != b.sentences:
        return False
    pairs = [(getattr(a, name), getattr(b, name)) for name in b._fields if name != "sentences"]
    return all(np.array_equal(x, y) and x.dtype == y.dtype for x, y in pairs)


def only_file(store: VectorFiles) -> Path:
    (file,) = store.folder.iterdir()
    return file


def test_it_is_a_vector_store(store: VectorFiles) -> None:
    assert isinstance(store, VectorStore)


def test_what_was_saved_is_read_bit_for_bit(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)

    assert same(store.load("key"), vectors)
    assert same(VectorFiles(store.folder).load("key"), vectors)


def test_an_unknown_key_is_absent(store: VectorFiles, vectors: RubricVectors) -> None:
    assert store.load("key") is None
    store.save("key", vectors)
    assert store.load("other") is None


@pytest.mark.parametrize("key", ["", "a/b", "../../up", "x" * 5000, "\x00", "CON", "openai:m@1"])
def test_any_key_stays_in_the_folder(key: str, store: VectorFiles, vectors: RubricVectors) -> None:
    store.save(key, vectors)

    assert same(store.load(key), vectors)
    assert only_file(store).parent == store.folder


def test_the_last_save_counts(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)
    doubled = vectors._replace(tokens=vectors.tokens * 2)
    store.save("key", doubled)

    assert same(store.load("key"), doubled)
    assert len(list(store.folder.iterdir())) == 1


@given(st.binary(max_size=200))
def test_a_file_of_anything_else_counts_as_absent(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = VectorFiles(Path(folder))
        store.save("key", prepare(RUBRIC, HashEmbedder(4).tokens(statements_of(RUBRIC))))
        only_file(store).write_bytes(content)

        assert store.load("key") is None


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short_counts_as_absent(
    share: float, store: VectorFiles, vectors: RubricVectors
) -> None:
    store.save("key", vectors)
    whole = only_file(store).read_bytes()
    only_file(store).write_bytes(whole[: int(len(whole) * share)])

    assert store.load("key") is None


def test_flipped_bytes_are_noticed(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)
    whole = bytearray(only_file(store).read_bytes())
    at = whole.index(vectors.tokens.tobytes()[:16])
    whole[at] ^= 0xFF
    only_file(store).write_bytes(whole)

    assert store.load("key") is None


def test_a_pickle_is_never_loaded(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)
    np.save(only_file(store).open("wb"), np.array([object()]), allow_pickle=True)
    assert store.load("key") is None

    arrays: dict[str, Any] = {name: np.array([object()]) for name in vectors._fields}
    with only_file(store).open("wb") as file:
        np.savez(file, **arrays)
    assert store.load("key") is None


def test_a_plain_array_counts_as_absent(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)
    with only_file(store).open("wb") as file:
        np.save(file, np.zeros(3))

    assert store.load("key") is None


@pytest.mark.parametrize(
    "changed",
    [
        {"tokens": np.zeros((1, 8), dtype=np.float32)},
        {"tokens": np.zeros(8, dtype=np.float32)},
        {"bounds": np.array([0, 2], dtype=np.int32)},
        {"bounds": np.array([0, 0, 0, 0], dtype=np.int32)},
        {"pooled": np.zeros((3, 5), dtype=np.float32)},
        {"sentences": ("only one",)},
    ],
    ids=["fewer tokens", "flat tokens", "fewer bounds", "empty sentences", "width", "sentences"],
)
def test_shapes_that_do_not_agree_count_as_absent(
    changed: dict[str, Any], store: VectorFiles, vectors: RubricVectors
) -> None:
    store.save("key", vectors._replace(**changed))

    assert store.load("key") is None


def test_a_missing_array_counts_as_absent(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)
    with only_file(store).open("wb") as file:
        np.savez(file, tokens=vectors.tokens)

    assert store.load("key") is None


def test_a_folder_that_cannot_be_made_stays_silent(tmp_path: Path, vectors: RubricVectors) -> None:
    (tmp_path / "file").write_text("in the way")
    store = VectorFiles(tmp_path / "file" / "cache")

    store.save("key", vectors)

    assert store.load("key") is None
    assert store.clear() == 0


def test_a_place_that_is_taken_leaves_no_litter(store: VectorFiles, vectors: RubricVectors) -> None:
    store.save("key", vectors)
    file = only_file(store)
    file.unlink()
    file.mkdir()
    (file / "in the way").write_text("")

    store.save("key", vectors)

    assert store.load("key") is None
    assert list(store.folder.iterdir()) == [file]


def test_clearing_counts_what_it_deletes(store: VectorFiles, vectors: RubricVectors) -> None:
    assert store.clear() == 0
    store.save("a", vectors)
    store.save("b", vectors)
    (store.folder / "half.tmp").write_bytes(b"of a killed process")
    (store.folder / "notes.txt").write_text("not ours")

    assert store.clear() == 2
    assert os.listdir(store.folder) == ["notes.txt"]
    assert store.load("a") is None
