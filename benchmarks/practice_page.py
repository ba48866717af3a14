"""The practice page under load, and how long a spoken answer takes.

    python benchmarks/practice_page.py [--clients 20] [--seconds 60] [--write]
    python benchmarks/practice_page.py --speech [FILE] --transcriber whisper:tiny.en [--write]

The first posts typed answers from many clients at once to a server in a process of its own, each
client with the next answer as soon as the last is graded; a client that is told to come again
counts as an error. The second speaks one recording three times, in real time as the page does it:
while it goes on the server listens along every five seconds; then it is sent. It notes when its
first words and its grade came. Without a file espeak-ng reads a reference answer for a minute.
`--at-once` sends the recording alone, as a program would that does not listen along. `--write`
replaces the part of benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from parts import replace_part

from vivavoce.adapters.audio_files import RATE, read_audio
from vivavoce.wiring import default_bank

SEND = "/api/attempts/recording?question=bias-variance"
LISTEN = "/api/listen?question=bias-variance"
HEAD = (
    "| turn, {seconds:.0f} s of speech | first words, from the begin of speech "
    "| first words, from its end | grade, from its end |"
)
BLOCK_S = 5
MORE = 1.1
"""As `static/take.js` and `static/recorder.js` have them."""


@contextmanager
def server(transcriber: str | None) -> Iterator[tuple[int, int]]:
    """`viva serve` on a free port with a history of its own; port and process id."""
    command = [sys.executable, "-m", "vivavoce", "serve", "--port", "0"]
    command += ["--transcriber", transcriber] if transcriber else []
    with tempfile.TemporaryDirectory() as folder:
        own = {"VIVA_DATABASE_URL": f"sqlite:///{folder}/history.sqlite", "XDG_DATA_HOME": folder}
        process = subprocess.Popen(
            command, env={**os.environ, **own}, stderr=subprocess.PIPE, text=True
        )
        try:
            found = None
            while found is None:
                line = process.stderr.readline()
                if not line:
                    raise SystemExit("viva serve did not start")
                found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            yield int(found[1]), process.pid
        finally:
            process.terminate()
            process.wait(20)


def peak_mb(pid: int) -> float:
    """The most memory that a process held, in MB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024


def load(clients: int, seconds: float) -> str:
    """Posts for that long; a table of what came of it."""
    answers = [
        json.dumps({"question": r.id, "answer": e.answer})
        for r in default_bank().rubrics
        for e in r.exemplars
    ]
    taken: list[float] = []
    errors: list[int] = []
    with server(None) as (port, pid):
        end = time.monotonic() + seconds

        def client(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            at = number
            while time.monotonic() < end:
                begun = time.monotonic()
                body = answers[at % len(answers)]
                connection.request(
                    "POST", "/api/attempts", body, {"Content-Type": "application/json"}
                )
                reply = connection.getresponse()
                reply.read()
                taken.append(time.monotonic() - begun)
                if reply.status != 200:
                    errors.append(reply.status)
                at += clients

        threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        memory = peak_mb(pid)
    taken.sort()
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    return (
        "| clients | seconds | requests | errors | median | 95th percentile | answers a second "
        "| peak memory |\n|---|---|---|---|---|---|---|---|\n"
        f"| {clients} | {seconds:.0f} | {len(taken)} | {len(errors)} | {middle:.2f} s "
        f"| {late:.2f} s | {len(taken) / seconds:.1f} | {memory:.0f} MB |"
    )


def spoken(folder: Path) -> Path:
    """About a minute of synthetic speech."""
    rubric = default_bank().get("bias-variance")
    words = (rubric.reference.split() * 9)[:150]
    file = folder / "minute.wav"
    command = ["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(file), " ".join(words)]
    subprocess.run(command, check=True)
    return file


def as_wav(samples: bytes) -> bytes:
    """16-bit samples, one channel, as the page sends them."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


class Along(threading.Thread):
    """Listens along: one request at a time, each with all that was said up to then."""

    def __init__(self, port: int, samples: bytes, begun: float) -> None:
        super().__init__()
        self.port, self.samples, self.begun = port, samples, begun
        self.first: float | None = None
        """Seconds from the begin of speech to the first words."""

    def run(self) -> None:
        heard, length = 0, len(self.samples) // 2
        while True:
            passed = int((time.monotonic() - self.begun) * RATE)
            so_far = min(passed, length) // (BLOCK_S * RATE) * BLOCK_S * RATE
            if passed >= length:
                return
            if so_far < MORE * heard or so_far == 0:
                time.sleep(0.05)
                continue
            heard = so_far
            reply = post(self.port, LISTEN, as_wav(self.samples[: 2 * so_far]))
            text = json.loads(reply.read()).get("text")
            if text and self.first is None:
                self.first = time.monotonic() - self.begun


def post(port: int, path: str, content: bytes) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("POST", path, content)
    return connection.getresponse()


def speech(file: Path, transcriber: str | None, at_once: bool) -> str:
    """A table of when words and grade came."""
    samples = (np.clip(read_audio(file), -1, 1) * 32767).astype("<i2").tobytes()
    seconds = len(samples) / 2 / RATE
    with server(transcriber) as (port, pid):
        # The page loads the recogniser when it is opened.
        http.client.HTTPConnection("127.0.0.1", port).request("GET", "/")
        lines = [HEAD.format(seconds=seconds), "|---|---|---|---|"]
        for turn in (1, 2, 3):
            along = Along(port, one_of(samples, turn), time.monotonic())
            if not at_once:
                along.start()
                time.sleep(seconds)
            ended = time.monotonic()
            reply = post(port, SEND, as_wav(along.samples))
            first, told = None, ""
            for line in reply:
                if line.startswith(b"event: heard") and first is None:
                    first = time.monotonic() - ended
                if line.startswith((b"event: done", b"event: failed")):
                    told = line.decode().split()[1]
            whole = time.monotonic() - ended
            early = f"{along.first:.1f} s" if along.first is not None else "-"
            late = f"{first:.1f} s" if first is not None else "-"
            lines.append(f"| {turn} | {early} | {late} | {told} after {whole:.1f} s |")
            print(lines[-1], file=sys.stderr, flush=True)
            if not at_once:
                along.join()
        memory = peak_mb(pid)
    return "\n".join([*lines, "", f"Peak memory {memory:.0f} MB."])


def one_of(samples: bytes, turn: int) -> bytes:
    """The recording with other silence before it: what was heard once is not remembered."""
    return bytes(2 * 1600 * turn) + samples


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--speech", type=Path, nargs="?", const=Path(), help="a recording")
    parser.add_argument("--transcriber")
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if given.speech is None:
        part, told = "page-load", load(given.clients, given.seconds)
    else:
        part = "page-at-once" if given.at_once else "page-speech"
        with tempfile.TemporaryDirectory() as folder:
            file = given.speech if given.speech.name else spoken(Path(folder))
            told = speech(file, given.transcriber, given.at_once)
    print(told)
    if given.write:
        replace_part(part, told)


if __name__ == "__main__":
    main()
