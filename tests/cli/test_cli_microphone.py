"""`viva practice` with a microphone that ALSA makes from a file, and without any."""

from __future__ import annotations

import ctypes.util
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from vivavoce.adapters.audio_files import RATE, read_audio

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
NO_CARD = "pcm.nothing { type hw card 99 }\n"
"""PortAudio aborts the process where ALSA's configuration has no device at all."""
ALSA = """
pcm.virtual {{ type file slave.pcm null file /dev/null infile {sound} format raw }}
pcm.!default {{ type plug slave.pcm virtual }}
"""
pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ALSA is Linux's"),
    pytest.mark.skipif(
        importlib.util.find_spec("sounddevice") is None
        or ctypes.util.find_library("portaudio") is None,
        reason="sounddevice or PortAudio is not installed",
    ),
]


def environment(home: Path, **more: str) -> dict[str, str]:
    own = {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHONPATH": str(ROOT / "src"),
        "NO_COLOR": "1",
    }
    return {**os.environ, **own, **more}


def test_without_a_microphone_the_remedy_is_told(tmp_path: Path) -> None:
    config = tmp_path / "alsa.conf"
    config.write_text(NO_CARD)
    ran = subprocess.run(
        [sys.executable, "-m", "vivavoce", "practice", "--seconds", "1", "hash-table"],
        env=environment(tmp_path, ALSA_CONFIG_PATH=str(config)),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 2, ran.stderr
    assert "No microphone can be opened" in ran.stderr
    assert "--typed" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "data" / "vivavoce" / "recordings").exists()


@pytest.mark.weights
def test_any_key_ends_a_recording_that_is_heard_and_graded(
    recordings: Path, whisper_folder: Path, tmp_path: Path
) -> None:
    samples = read_audio(recordings / "spoken-good.ogg")
    sound = tmp_path / "microphone.raw"
    sound.write_bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    (tmp_path / ".asoundrc").write_text(ALSA.format(sound=sound))
    keys, theirs = os.openpty()
    options = ["--no-follow-up", "--json", "--transcriber", f"whisper:{whisper_folder}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vivavoce", "practice", "bias-variance", *options],
        env=environment(tmp_path),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        shown = until(keys, rf"0:{len(samples) // RATE:02d} \[")
        assert re.search(r"\[#+ *\]", shown)
        assert "Press any key to end" in shown
        os.write(keys, b" ")
        out, _ = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
        os.close(keys)
    assert process.returncode == 0, out
    (attempt,) = json.loads(out)["attempts"]
    assert attempt["mode"] == "spoken"
    assert "underfit" in attempt["grade"]["answer"]["text"]
    assert attempt["delivery"]["measures"]
    assert attempt["audio"] is None
    assert list((tmp_path / "data" / "vivavoce" / "recordings").iterdir()) == []


def until(terminal: int, pattern: str) -> str:
    """What a terminal shows, up to where the pattern is in it."""
    shown, ends = "", time.monotonic() + PATIENCE_S
    while not re.search(pattern, shown):
        assert time.monotonic() < ends, shown
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown
