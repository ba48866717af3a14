"""sentence-transformers models: their own pooling, layers, prompt and limits are kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vivavoce.adapters.sentence_transformer import SentenceTransformerEmbedder
from vivavoce.core.windows import windows
from vivavoce.errors import BackendError, MissingExtraError, WeightsError

pytestmark = [
    pytest.mark.weights,
    pytest.mark.filterwarnings("ignore:Importing from 'sentence_transformers:DeprecationWarning"),
]

TEXTS = ["High bias underfits.", "", "\N{PARTY POPPER}", "the model memorises its training set"]
Build = Callable[..., Path]


@pytest.fixture(scope="module")
def build(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Saves a two-layer model of random weights: pooling, width after it, prompt."""
    pytest.importorskip("sentence_transformers", reason="the extra sentence-transformers is absent")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    def made(
        pooling: str = "mean",
        *,
        dense: int = 0,
        prompt: str = "",
        include_prompt: bool = True,
        tokenizer: Any = None,
    ) -> Path:
        folder = tmp_path_factory.mktemp("model")
        torch.manual_seed(7)
        config = BertConfig(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48
        )
        BertModel(config).save_pretrained(folder / "bert")
        tokenizer = tokenizer or AutoTokenizer.from_pretrained(str(weights_folder))
        tokenizer.save_pretrained(folder / "bert")
        layers: list[Any] = [
            Transformer(str(folder / "bert"), max_seq_length=24),
            Pooling(32, pooling_mode=pooling, include_prompt=include_prompt),
        ]
        if dense:
            layers.append(Dense(32, dense))
        model = SentenceTransformer(
            modules=[*layers, Normalize()],
            device="cpu",
            prompts={"it": prompt} if prompt else None,
            default_prompt_name="it" if prompt else None,
        )
        # A model card would look the base model up on the hub.
        model.save(str(folder / "whole"), create_model_card=False)
        return folder / "whole"

    return made


def reference(folder: Path, texts: list[str]) -> Any:
    """What the library itself gives."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.encode(texts, normalize_embeddings=True)


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"pooling": "cls"},
        {"pooling": "max"},
        {"pooling": "lasttoken"},
        {"pooling": "weightedmean"},
        {"dense": 12},
        {"prompt": "query: "},
        {"prompt": "query: ", "include_prompt": False},
    ],
    ids=str,
)
def test_short_texts_get_the_librarys_own_vectors(build: Build, kind: dict[str, Any]) -> None:
    folder = build(**kind)
    found = SentenceTransformerEmbedder(str(folder)).embed(TEXTS)
    np.testing.assert_allclose(found, reference(folder, TEXTS), atol=1e-5)


def test_tokens_pass_the_layers_after_the_pooling(build: Build) -> None:
    folder = build(dense=12)
    read = SentenceTransformerEmbedder(str(folder)).tokens(TEXTS)
    assert {one.vectors.shape[1] for one in read} == {12}
    assert {one.sentence.shape for one in read} == {(12,)}
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    states = model.encode(TEXTS[0], output_value="token_embeddings")
    projected = (
        model[2]({"sentence_embedding": states.clone()})["sentence_embedding"].detach().numpy()
    )
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    # The first and the last row are [CLS] and [SEP].
    np.testing.assert_allclose(read[0].vectors, projected[1:-1], atol=1e-5)


def test_no_texts_are_as_wide_as_others(build: Build) -> None:
    assert SentenceTransformerEmbedder(str(build(dense=12))).embed([]).shape == (0, 12)


def test_the_prompt_shifts_no_offset(build: Build) -> None:
    plain, prompted = (
        SentenceTransformerEmbedder(str(build(prompt=prompt))).tokens(TEXTS)
        for prompt in ("", "query: ")
    )
    for one, other in zip(plain, prompted, strict=True):
        np.testing.assert_array_equal(one.spans, other.spans)
        assert one.vectors.shape == other.vectors.shape
    assert np.abs(plain[0].vectors - prompted[0].vectors).max() > 1e-3


def test_long_texts_go_by_windows_of_the_models_length(build: Build) -> None:
    folder = build()
    words = ["bias", "model", "loss", "tree"] * 10
    # 24 tokens less [CLS] and [SEP] are 22, of which neighbours share a quarter.
    cuts = windows(40, 22, 5)
    parts = reference(folder, [" ".join(words[w.start : w.end]) for w in cuts])
    weights = np.array([w.keep_end - w.keep_start for w in cuts], dtype=np.float32)
    mean = (parts * weights[:, None]).sum(axis=0)
    found = SentenceTransformerEmbedder(str(folder)).tokens([" ".join(words)])[0]
    assert len(found.vectors) == 40
    np.testing.assert_allclose(found.sentence, mean / np.linalg.norm(mean), atol=1e-5)


def test_many_texts_of_many_lengths_keep_their_order(build: Build) -> None:
    folder = build()
    texts = ["bias " * (i % 20) + f"number {i}" for i in range(300)]
    found = SentenceTransformerEmbedder(str(folder)).embed(texts)
    np.testing.assert_allclose(found, reference(folder, texts), atol=1e-5)


def test_tokens_of_one_character_become_one(build: Build) -> None:
    # The tokeniser takes a Hangul syllable apart: three tokens for one character.
    read = SentenceTransformerEmbedder(str(build())).tokens(["a \ud55c b"])[0]
    assert read.spans.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert np.linalg.norm(read.vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_byte_level_tokens_end_at_their_words(build: Build) -> None:
    pytest.importorskip("transformers")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    raw.train_from_iterator(
        ["high bias"] * 9, trainers.BpeTrainer(initial_alphabet=letters, show_progress=False)
    )
    # No special tokens at all, a token for "\N{SPACE}bias", and four for an emoji.
    fast: Any = PreTrainedTokenizerFast
    folder = build(tokenizer=fast(tokenizer_object=raw))
    embedder = SentenceTransformerEmbedder(str(folder))
    read = embedder.tokens(["high bias \N{PARTY POPPER}\N{PARTY POPPER}\n", "", " "])
    assert read[0].spans.tolist() == [[0, 4], [5, 9], [10, 11], [11, 12]]
    norms = np.linalg.norm(read[0].vectors, axis=1)
    assert norms == pytest.approx(np.ones(4), abs=1e-5)
    assert [one.spans.shape for one in read[1:]] == [(0, 2), (0, 2)]
    assert [np.linalg.norm(one.sentence) for one in read] == pytest.approx([1, 1, 1], abs=1e-5)


def test_loading_waits_for_the_first_text(tmp_path: Path) -> None:
    SentenceTransformerEmbedder(str(tmp_path / "absent"))


def test_importing_the_module_imports_no_torch() -> None:
    code = (
        "import sys, vivavoce.adapters.sentence_transformer;"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 0


def test_the_name_follows_the_weights(build: Build, tmp_path: Path) -> None:
    folder = shutil.copytree(build(), tmp_path / "mine")
    before = SentenceTransformerEmbedder(str(folder)).name
    assert before.startswith("mine@")
    assert len(before) == len("mine@") + 8
    (folder / "README.md").write_text("changed")
    assert SentenceTransformerEmbedder(str(folder)).name == before
    with (folder / "model.safetensors").open("ab") as stream:
        stream.write(b"\0")
    assert SentenceTransformerEmbedder(str(folder)).name != before


def test_a_model_in_the_hubs_cache_is_named_by_its_weights(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    constants = pytest.importorskip("huggingface_hub").constants
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    commit = "0" * 40
    cached = tmp_path / "models--someone--small"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text(commit)
    folder = build()
    shutil.copytree(folder, cached / "snapshots" / commit)
    embedder = SentenceTransformerEmbedder("someone/small", offline=True)
    np.testing.assert_allclose(embedder.embed(TEXTS), reference(folder, TEXTS), atol=1e-5)
    digest = SentenceTransformerEmbedder(str(folder)).name.rpartition("@")[2]
    assert embedder.name == f"someone/small@{digest}"


@pytest.mark.parametrize("name", ["no-such-model", "no-such-owner/no-such-model"])
def test_offline_a_model_that_is_not_here_opens_no_socket(name: str) -> None:
    # The suite's guard fails this test at the first connection or look-up.
    pytest.importorskip("sentence_transformers")
    embedder = SentenceTransformerEmbedder(name, offline=True)
    with pytest.raises(WeightsError, match=rf"{name}: .*cannot be loaded.*Offline.*path"):
        embedder.embed(["a"])
    with pytest.raises(WeightsError):
        _ = embedder.name


def test_the_librarys_settings_are_put_back(build: Build) -> None:
    constants = pytest.importorskip("huggingface_hub").constants
    names = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    before = [getattr(constants, name) for name in names]
    SentenceTransformerEmbedder(str(build())).embed(["a"])
    assert [getattr(constants, name) for name in names] == before


def test_missing_folder(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(WeightsError, match=r"absent: .*cannot be loaded"):
        SentenceTransformerEmbedder(str(tmp_path / "absent"), offline=True).embed(["a"])


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_damaged_file(build: Build, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(build(), tmp_path / "spoilt")
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match=r"spoilt: .*cannot be loaded.*folder again"):
        SentenceTransformerEmbedder(str(folder)).embed(["a"])


def test_a_model_without_tokens_is_refused(weights_folder: Path, tmp_path: Path) -> None:
    library = pytest.importorskip("sentence_transformers")
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(weights_folder / "tokenizer.json"))
    static = StaticEmbedding(tokenizer, embedding_dim=8)
    library.SentenceTransformer(modules=[static], device="cpu").save(
        str(tmp_path), create_model_card=False
    )
    with pytest.raises(WeightsError, match=r"StaticEmbedding.*no vectors for words"):
        SentenceTransformerEmbedder(str(tmp_path)).embed(["a"])


def test_a_limit_too_small_for_any_text_is_refused(build: Build) -> None:
    embedder = SentenceTransformerEmbedder(str(build(prompt="one two three " * 8)))
    with pytest.raises(WeightsError, match="24 tokens leaves no room"):
        embedder.embed(["a"])


def test_absent_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'vivavoce\[sentence-transformers\]'"):
        SentenceTransformerEmbedder(str(tmp_path)).embed(["a"])


def test_a_model_that_fails_is_a_backend_error(build: Build, tmp_path: Path) -> None:
    folder = shutil.copytree(build(), tmp_path / "short")
    # A table of fewer rows than the tokeniser has words breaks the forward pass.
    from safetensors.numpy import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    table = next(key for key in weights if key.endswith("word_embeddings.weight"))
    weights[table] = weights[table][:5000]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": 5000}))
    with pytest.raises(BackendError, match="short: the model failed on a text"):
        SentenceTransformerEmbedder(str(folder)).embed(["underfits memorises"])
