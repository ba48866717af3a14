"""Speech to words on this machine, by OpenAI's Whisper models as faster-whisper runs them.

Whisper invents words where nobody speaks. Three things keep them out: a voice-activity filter
hears the recording first, words outside the speech that it heard are dropped, and so are
stretches that the model itself holds to be unlikely. Words are found by beam search and never by
sampling, so that a recording gives the same words each time.

A recording is listened to in pieces that end at pauses, and the latest pieces are remembered:
of a recording that was heard while it still went on, only the last seconds are new.

What a candidate hesitates with ("um", "uh") Whisper often leaves out, as it was trained on
edited captions. A prompt with two of them makes it keep more, yet nobody can say how many are
lost: its `Speech` is not `verbatim`.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from vivavoce.adapters.audio_files import LONGEST_S, RATE, read_audio
from vivavoce.adapters.voice_activity import Piece, Stretch, pieces, speech_in
from vivavoce.core.speech import Speech, Word
from vivavoce.core.vectors import FloatArray
from vivavoce.errors import MissingExtraError, TranscriberError, WeightsError

__all__ = ["FasterWhisper"]

FILES = ("model.bin", "config.json", "tokenizer.json")
HUB = {
    **{
        name: f"Systran/faster-whisper-{name}"
        for name in "tiny.en tiny base.en base small.en small medium.en medium large-v3".split()
    },
    **{
        f"distil-{name}": f"Systran/faster-distil-whisper-{name}"
        for name in "small.en medium.en large-v3".split()
    },
}
"""Short names, with where the hub has them in CTranslate2's format."""
OWNED = re.compile(r"[\w-]+/[\w.-]+")
HESITATIONS = "Um, uh, "
TOLERANCE_S = 0.15
"""How far outside the speech that was heard a word may lie."""
UNLIKELY = 0.15
"""Mean probability below which a stretch is held to be invented."""
IMPOSSIBLE = 0.005
"""Probability below which a single word is."""
REPETITIVE = 2.4
"""Compression ratio from which Whisper's authors take a text for a loop (Radford et al. 2022)."""
DOUBTED, NO_SPEECH = -1.0, 0.3
"""Mean log-probability below which, and probability of silence above which, none spoke."""
BEAM = 5
REMEMBERED = 64
"""Pieces, a quarter of a minute each, whose words are remembered."""


class _Heard(NamedTuple):
    """A word with its seconds in a piece's sound."""

    text: str
    start: float
    end: float
    probability: float


class FasterWhisper:
    """A `Transcriber` on faster-whisper, int8, on the processor. Loads on first use.

    It never downloads: a name is looked for among the models that the Hugging Face hub's cache
    holds, and where it is absent the error says which command fetches it.

    Args:
        model: a name such as `tiny.en`, or a folder in CTranslate2's format.
        threads: processor threads; 0 lets the library choose.
        longest_s: recordings that last longer are refused.

    Raises:
        WeightsError: no such model is at hand.
        MissingExtraError: the extra `voice` is absent.
    """

    def __init__(self, model: str, *, threads: int = 0, longest_s: float = LONGEST_S) -> None:
        self._label, self._folder = _find(model)
        self._threads = threads
        self._longest_s = longest_s
        self._loaded: Any = None
        self._name = ""
        self._known: OrderedDict[tuple[str, str], tuple[_Heard, ...]] = OrderedDict()
        # One model hears one piece at a time; a server has several callers.
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Model and weights, such as `whisper-tiny.en@1a5afae0`."""
        if not self._name:
            try:
                with (self._folder / "model.bin").open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as exc:
                raise WeightsError(f"{self._folder}: cannot be read ({exc.strerror}).") from exc
            self._name = f"whisper-{self._label}@{digest[:8]}"
        return self._name

    def prepare(self) -> None:
        """Loads the model; see `ports.LocalTranscriber`."""
        with self._lock:
            self._model()

    def transcribe(
        self,
        audio: Path,
        *,
        hot_words: str = "",
        on_words: Callable[[tuple[Word, ...]], None] | None = None,
    ) -> Speech:
        """The words of a recording, English; see `ports.Transcriber`."""
        samples = read_audio(audio, longest_s=self._longest_s)
        words: list[Word] = []
        with _translated(audio):
            for piece in pieces(speech_in(samples), len(samples)):
                words.extend(_timed(self._heard(piece, samples, hot_words), piece.speech))
                if on_words:
                    on_words(tuple(words))
        return Speech(words=tuple(words), duration_s=round(len(samples) / RATE, 3), model=self.name)

    def _heard(self, piece: Piece, samples: FloatArray, hot_words: str) -> Iterator[_Heard]:
        """A piece's words in seconds of the recording; remembered, or heard now."""
        sound = piece.sound(samples)
        key = hot_words, hashlib.sha256(sound.tobytes()).hexdigest()
        with self._lock:
            found = self._known.get(key)
            if found is None:
                found = self._known[key] = self._words(sound, hot_words)
            self._known.move_to_end(key)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        for word in found:
            shift = piece.shift((word.start + word.end) / 2)
            yield word._replace(start=word.start + shift, end=word.end + shift)

    def _words(self, sound: FloatArray, hot_words: str) -> tuple[_Heard, ...]:
        expected = f"{HESITATIONS}{hot_words.strip()}." if hot_words.strip() else HESITATIONS
        segments, _ = self._model().transcribe(
            sound,
            language="en",
            beam_size=BEAM,
            temperature=0.0,
            condition_on_previous_text=False,
            hotwords=expected,
            word_timestamps=True,
        )
        return tuple(
            _Heard(word.word, float(word.start), float(word.end), float(word.probability))
            for segment in segments
            if not _is_invented(segment)
            for word in segment.words or ()
        )

    def _model(self) -> Any:
        if self._loaded is None:
            from faster_whisper import WhisperModel

            try:
                self._loaded = WhisperModel(
                    str(self._folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=self._threads,
                    local_files_only=True,
                )
            except (RuntimeError, ValueError, OSError) as exc:
                raise WeightsError(
                    f"{self._folder}: is no Whisper model that can be loaded ({exc}). "
                    "Give a folder in CTranslate2's format, or fetch the model again."
                ) from exc
        return self._loaded


def _find(model: str) -> tuple[str, Path]:
    """What a model is called, and its folder."""
    try:
        import faster_whisper  # noqa: F401
        from huggingface_hub import try_to_load_from_cache
    except ImportError as exc:
        raise MissingExtraError("faster-whisper", "voice") from exc
    folder = Path(model).expanduser()
    if folder.is_dir():
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise WeightsError(
                f"{folder}: is no Whisper model; {', '.join(missing)} is not there. Give a "
                "folder in CTranslate2's format."
            )
        return folder.resolve().name, folder
    repository = HUB.get(model, model if OWNED.fullmatch(model) else "")
    if not repository:
        raise WeightsError(
            f"'{model}' is neither a folder nor the name of a Whisper model. Names are "
            f"{', '.join(HUB)}, or OWNER/NAME on the Hugging Face hub."
        )
    # A look into the cache's folders; huggingface_hub's own download would ask the network first.
    cached = try_to_load_from_cache(repository, "model.bin")
    if not isinstance(cached, str):
        raise WeightsError(
            f"The Whisper model '{model}' is not on this machine. Fetch it with: "
            f"hf download {repository}   (or name a folder: whisper:PATH)"
        )
    return repository.rpartition("/")[2].removeprefix("faster-whisper-"), Path(cached).parent


def _is_invented(segment: Any) -> bool:
    """Whether the model itself doubts a segment, went round in a loop, or heard no time in it."""
    words = segment.words or ()
    if not words:
        return True
    mean = float(sum(w.probability for w in words) / len(words))
    timeless = sum(w.end <= w.start for w in words)
    looped = segment.compression_ratio > REPETITIVE
    doubted = segment.avg_logprob < DOUBTED and segment.no_speech_prob > NO_SPEECH
    least = 2 * UNLIKELY if looped else UNLIKELY
    return bool(mean < least or doubted or 2 * timeless > len(words))


def _timed(words: Iterable[_Heard], heard: Sequence[Stretch]) -> Iterator[Word]:
    """Words with times that lie inside the speech heard and never run backwards.

    The recogniser stretches words over the silence beside them; what the voice-activity filter
    heard cuts them to size, so that pauses can be measured.
    """
    at = 0.0
    begun: set[Stretch] = set()
    for word in words:
        text = word.text.strip()
        touched = [
            s
            for s in heard
            if word.start <= s.to_s + TOLERANCE_S and word.end >= s.from_s - TOLERANCE_S
        ]
        if not text or not touched or word.probability < IMPOSSIBLE:
            continue
        longest = max(touched, key=lambda s: min(word.end, s.to_s) - max(word.start, s.from_s))
        # Speech begins with its first word, however late the recogniser found it.
        start = longest.from_s if longest not in begun else word.start
        begun.add(longest)
        start = max(at, min(max(start, longest.from_s), longest.to_s))
        end = max(start, min(word.end, longest.to_s))
        at = end
        probability = min(1.0, max(0.0, word.probability))
        yield Word(
            text=text, from_s=round(start, 3), to_s=round(end, 3), probability=round(probability, 4)
        )


@contextmanager
def _translated(audio: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, MemoryError) as exc:
        raise TranscriberError(f"{audio}: could not be turned into words ({exc}).") from exc
