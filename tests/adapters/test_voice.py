"""Questions read aloud: by a real voice where there is one, and what is said where there is none."""

from __future__ import annotations

import shutil
import sys
import wave
from pathlib import Path

import pytest

from vivavoce.adapters import voice
from vivavoce.adapters.voice import Voice, find_voice
from vivavoce.errors import BackendError, SettingsError

ESPEAK = next(filter(None, map(shutil.which, ("espeak-ng", "espeak"))), None)
needs_espeak = pytest.mark.skipif(ESPEAK is None, reason="neither espeak-ng nor espeak is here")


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def program(folder: Path, name: str, lines: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\n{lines}\n")
    path.chmod(0o755)


@needs_espeak
def test_a_longer_question_takes_longer_to_read(tmp_path):
    short, long = tmp_path / "short.wav", tmp_path / "long.wav"
    find_voice(to=short).speak("What is bias?")
    find_voice(to=long).speak("What is bias? " * 4)
    assert 0.3 < seconds(short) < 5
    assert seconds(long) > 2 * seconds(short)


@needs_espeak
@pytest.mark.parametrize(
    "text",
    ["--help", "-w other.wav", "$(touch other.wav); `touch other.wav`", "<audio src='x'/>",
     "Was ist „Überanpassung“? 过拟合 🙂", "a\x00b\x07c", "a question with half a sign \ud83d", ""],
)  # fmt: skip
def test_a_question_is_read_and_never_run(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    find_voice(to=tmp_path / "said.wav").speak(text)
    assert {p.name for p in tmp_path.iterdir()} <= {"said.wav"}


def test_without_a_voice_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"apt-get install espeak-ng.*leave out --speak"):
        find_voice()


@pytest.mark.parametrize("names", [("espeak", "say"), ("say",), ("espeak-ng", "espeak")])
def test_the_first_voice_is_taken_and_gets_the_question_as_input(tmp_path, monkeypatch, names):
    told = tmp_path / "told.txt"
    for name in names:
        program(tmp_path, name, f"open({str(told)!r}, 'a').write({name!r} + sys.stdin.read())")
    monkeypatch.setenv("PATH", str(tmp_path))
    find_voice().speak("What is variance?")
    assert told.read_text() == f"{names[0]}What is variance?"


def test_only_espeak_writes_a_file(tmp_path, monkeypatch):
    program(tmp_path, "say", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="espeak-ng"):
        find_voice(to=tmp_path / "said.wav")


def test_a_voice_that_fails_says_why():
    code = "import sys; sys.exit('first\\nno sound card')"
    with pytest.raises(BackendError, match="could not speak: no sound card"):
        Voice([sys.executable, "-c", code]).speak("What is bias?")
    with pytest.raises(BackendError, match="could not speak: no message"):
        Voice([sys.executable, "-c", "raise SystemExit(1)"]).speak("What is bias?")
    with pytest.raises(BackendError, match="/no/such/voice could not speak"):
        Voice(["/no/such/voice"]).speak("What is bias?")


def test_a_voice_that_reports_an_error_and_ends_well_has_failed():
    code = "import sys; print('error: No such file or directory', file=sys.stderr)"
    with pytest.raises(BackendError, match="could not speak: No such file.*leave out --speak"):
        Voice([sys.executable, "-c", code]).speak("What is bias?")


def test_a_voice_may_grumble():
    code = "import sys; print('ALSA lib: underrun occurred', file=sys.stderr)"
    Voice([sys.executable, "-c", code]).speak("What is bias?")


def test_a_voice_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(voice, "LONGEST_S", 0.2)
    with pytest.raises(BackendError, match="timed out"):
        Voice([sys.executable, "-c", "import time; time.sleep(60)"]).speak("What is bias?")


def test_a_voice_that_does_not_listen_is_no_failure():
    Voice([sys.executable, "-c", ""]).speak("What is bias? " * 20_000)
