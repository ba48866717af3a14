"""The practice page under load, and how long a spoken answer takes.

    python benchmarks/practice_page.py [--clients 20] [--seconds 60]
    python benchmarks/practice_page.py --speech FILE --transcriber whisper:tiny.en

The first posts typed answers from many clients at once to a server in a process of its own, each
client with the next answer as soon as the last is graded; a client that is told to come again
counts as an error. The second sends one recording three times and notes when its first words and
its grade came.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vivavoce.wiring import default_bank


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


def load(clients: int, seconds: float) -> None:
    """Posts for that long and prints what came of it."""
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
    print(f"clients {clients}, {seconds:.0f} s: {len(taken)} requests, {len(errors)} errors")
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    print(f"median {middle * 1000:.0f} ms, p95 {late * 1000:.0f} ms")
    print(f"{len(taken) / seconds:.1f} answers a second, peak {memory:.0f} MB")


def speech(file: Path, transcriber: str | None) -> None:
    """Sends a recording and prints when words and grade came."""
    content = file.read_bytes()
    with server(transcriber) as (port, pid):
        for turn in (1, 2, 3):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            begun = time.monotonic()
            connection.request("POST", "/api/attempts/recording?question=bias-variance", content)
            reply = connection.getresponse()
            first = 0.0
            for line in reply:
                if line.startswith(b"event: heard") and not first:
                    first = time.monotonic() - begun
                if line.startswith((b"event: done", b"event: failed")):
                    name = line.decode().split()[1]
            whole = time.monotonic() - begun
            print(f"turn {turn}: first words {first:.1f} s, {name} after {whole:.1f} s")
        print(f"peak {peak_mb(pid):.0f} MB")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--speech", type=Path)
    parser.add_argument("--transcriber")
    given = parser.parse_args()
    if given.speech:
        speech(given.speech, given.transcriber)
    else:
        load(given.clients, given.seconds)


if __name__ == "__main__":
    main()
