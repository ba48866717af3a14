"""What a user sees, and what is kept, for everything that can go wrong with a judge.

    python benchmarks/judge_faults.py

Runs `viva batch` on two answers against the stub server, once for each fault, and prints a table.
The server's faults are real ones: connections that are cut, bodies that never end, wrong statuses.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

SAID = (
    "Bias is error from a model that is too simple, so it underfits. Variance is error from "
    "sensitivity to the training sample, so it overfits."
)
ANSWERS = 2


class Case(NamedTuple):
    """A fault.

    Attributes:
        title: for the table.
        fault: of every chat request, or of the first ones.
        options: of the command.
    """

    title: str
    fault: int | str | list[int | str] = ""
    options: tuple[str, ...] = ()


QUICK = ("--judge-timeout", "2")
CASES = (
    Case("none"),
    Case("status 401", 401),
    Case("status 403", 403),
    Case("status 404", 404),
    Case("status 429, always", 429),
    Case("status 429, then well", [429]),
    Case("status 500, always", 500),
    Case("status 503, then well", [503]),
    Case("connection cut, always", "reset"),
    Case("connection cut, then well", ["reset"]),
    Case("nobody listens", "gone"),
    Case("no reply", "hang", QUICK),
    Case("a byte at a time", "slow-loris", QUICK),
    Case("an HTML page", "html"),
    Case("response that is no JSON", "not-json"),
    Case("response without choices", "no-choices"),
    Case("wrong types", "wrong-types"),
    Case("empty reply", "empty"),
    Case("refusal", "refusal"),
    Case("content filter", "content-filter"),
    Case("`finish_reason=length`", "length"),
    Case("verdicts that are no JSON", "garbled"),
    Case("invented quotes", "invented-quote"),
    Case("unknown criteria", "unknown-criterion"),
    Case("`--max-calls 1` reached", "", ("--max-calls", "1")),
    Case("`--judge-run-timeout` reached", "hang", ("--judge-run-timeout", "1")),
)


class Seen(NamedTuple):
    """What one run left behind."""

    status: int
    said: str
    graded: int
    judged: int
    calls: int


def run(case: Case, folder: Path) -> Seen:
    """One run of the command line."""
    from vivavoce.testing import JudgeServer

    answers, report = folder / "answers.jsonl", folder / "report.json"
    records = ({"question": "bias-variance", "answer": f"{SAID} {n}."} for n in range(ANSWERS))
    answers.write_text("".join(json.dumps(record) + "\n" for record in records))
    with JudgeServer(
        faults=case.fault if isinstance(case.fault, list) else (),
        always="" if isinstance(case.fault, list) or case.fault == "gone" else case.fault,
    ) as server:
        url = server.url
        if case.fault == "gone":
            server.__exit__(None, None, None)
        status, err = viva(
            "batch", str(answers), "--results", str(folder / "run.jsonl"), "-o", str(report),
            "--judge", "tiny", "--judge-base-url", url, "--no-cache", "--judge-concurrency", "1",
            *case.options,
        )  # fmt: skip
        calls = len(server.chats)
    grades = json.loads(report.read_text())["grades"]
    judged = sum(all(c["judge"]["credit"] is not None for c in g["criteria"]) for g in grades)
    return Seen(status, told(err, grades), len(grades), judged, calls)


def viva(*args: str) -> tuple[int, str]:
    """The command line in this process: exit status and standard error."""
    from vivavoce.cli import main

    sys.argv = ["viva", *args]
    err, status = io.StringIO(), 0
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as exc:
            status = exc.code if isinstance(exc.code, int) else 1
    return status, err.getvalue()


def told(err: str, grades: list[dict[str, Any]]) -> str:
    """The line about the fault; what the report says of a criterion where there is none."""
    lines = [line for line in err.splitlines() if re.search("Error: |no verdict|stopped ask", line)]
    if lines:
        said = re.sub(r"^Judge: (\d+ calls gave no verdict, most often: )?", "", lines[-1])
    else:
        problems = [c["judge"]["problem"] for g in grades for c in g["criteria"]]
        said = next((f"in the report: {p}" for p in problems if p), "the judge's verdicts")
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", said).replace("|", "/")


def main() -> None:
    os.environ["VIVA_JUDGE_RETRIES"] = "1"
    print(
        "| fault | what the user sees | answers graded and kept | of these judged | calls | exit |"
    )
    print("|---|---|---|---|---|---|")
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            seen = run(case, Path(folder))
        row = (case.title, seen.said, seen.graded, seen.judged, seen.calls, seen.status)
        print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    main()
