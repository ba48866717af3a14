"""Recording from the microphone to a WAV file that is whole at every moment."""

from __future__ import annotations

import math
import queue
import wave
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np

from vivavoce.errors import InputError, MissingExtraError, SettingsError

__all__ = ["RATE", "Sound", "level_of", "microphone", "record"]

RATE = 16_000
"""Samples a second, as recognisers take them; one channel of 16 bits."""
BLOCK = 1600
FULL = 32768.0
FLOOR_DB = -60.0
PATIENCE_S = 5.0
"""How long a microphone may stay silent as a device before it counts as broken."""

Sound = Callable[[], AbstractContextManager[Iterator[bytes]]]
"""Opens a source of blocks of samples: 16 bits, little-endian, one channel, `RATE` a second."""


def level_of(block: bytes) -> float:
    """Loudness of a block for a meter: 0 at -60 dB of full scale and below, 1 at 0 dB."""
    samples = np.frombuffer(block, dtype="<i2").astype(np.float64)
    if not samples.size:
        return 0.0
    loud = math.sqrt(float(np.mean(samples**2))) / FULL
    return 0.0 if loud <= 0 else max(0.0, min(1.0, 1 - 20 * math.log10(loud) / FLOOR_DB))


def record(
    path: Path,
    source: Sound,
    *,
    seconds: float,
    stopped: Callable[[], bool] = lambda: False,
    meter: Callable[[float, float], None] | None = None,
) -> float:
    """Writes sound to a WAV file until `stopped`, the time is over, or the source ends.

    The header is put right after every block: whatever ends the process, what was said up to a
    tenth of a second before can be played.

    Args:
        path: a new file; its folder is made.
        seconds: at most so long.
        meter: called after each block with the seconds recorded and the level, 0..1.

    Returns:
        seconds recorded.

    Raises:
        SettingsError: there is no microphone.
        InputError: the file cannot be written.
    """
    done = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with source() as blocks, path.open("xb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for block in blocks:
                file.writeframes(block[: 2 * (int(seconds * RATE) - done)])
                raw.flush()
                done = file.getnframes()
                if meter:
                    meter(done / RATE, level_of(block))
                if done >= int(seconds * RATE) or stopped():
                    break
    except OSError as exc:
        raise InputError(f"{path}: the recording cannot be written ({exc.strerror}).") from exc
    return done / RATE


@contextmanager
def microphone() -> Iterator[Iterator[bytes]]:
    """The default microphone as blocks of a tenth of a second.

    Raises:
        MissingExtraError: the extra `practice` is absent.
        SettingsError: PortAudio or a microphone is missing.
    """
    try:
        import sounddevice
    except ImportError as exc:
        raise MissingExtraError("sounddevice", "practice") from exc
    except OSError as exc:
        raise SettingsError(
            "PortAudio, which records from the microphone, is not installed on this system "
            "(on Debian and Ubuntu: apt-get install libportaudio2). Until it is, use --typed, or "
            "--audio FILE."
        ) from exc
    blocks: queue.Queue[bytes] = queue.Queue()
    try:
        stream = sounddevice.RawInputStream(
            samplerate=RATE,
            channels=1,
            dtype="int16",
            blocksize=BLOCK,
            callback=lambda data, _frames, _time, _status: blocks.put(bytes(data)),
        )
        stream.start()
    except sounddevice.PortAudioError as exc:
        raise SettingsError(
            f"No microphone can be opened ({exc}). Connect one and allow its use, or use "
            "--typed, or --audio FILE."
        ) from exc
    try:
        yield _arriving(blocks)
    finally:
        stream.close()


def _arriving(blocks: queue.Queue[bytes]) -> Iterator[bytes]:
    while True:
        try:
            yield blocks.get(timeout=PATIENCE_S)
        except queue.Empty as exc:
            raise SettingsError(
                f"The microphone has sent nothing for {PATIENCE_S:g} seconds. What was said "
                "before is kept. Check that it is connected."
            ) from exc
