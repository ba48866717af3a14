"""How near the judge comes to what a server allows, beside autorubric on the same server.

    python benchmarks/judge.py [--answers N] [--latency S] [--concurrency N] [--rounds R]
        [--autorubric PYTHON]

A stub server in a process of its own replies after LATENCY seconds, so that no more than
CONCURRENCY / LATENCY calls a second are possible. Local grades are made beforehand; what is
measured is the judging alone, its checks included. "aiohttp alone" sends the same requests ready
made and reads nothing: no client of this server is faster. autorubric 1.6 (PyPI), in the
environment of the PYTHON given, asks one call a criterion: `per-criterion` compares with it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
QUESTION = "bias-variance"
RIVAL = """
import asyncio, json, sys, time, resource
from autorubric import Rubric, LLMConfig
from autorubric.graders import CriterionGrader
url, concurrency, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
task = json.load(open(path))
async def main():
    config = LLMConfig(model="openai/tiny", api_base=url, api_key="none",
                       max_parallel_requests=concurrency)
    grader = CriterionGrader(judge_model_config=config)
    rubric = Rubric.from_dict([{"weight": 1.0, "requirement": r} for r in task["criteria"]])
    await rubric.grade(to_grade=task["answers"][0], grader=grader, query=task["question"])
    began = time.perf_counter()
    out = await asyncio.gather(*(
        rubric.grade(to_grade=a, grader=grader, query=task["question"]) for a in task["answers"]))
    seconds = time.perf_counter() - began
    failed = sum(r.score is None for r in out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    calls = len(task["answers"]) * len(task["criteria"])
    print("MEASURED", json.dumps([seconds, calls, failed, peak]))
asyncio.run(main())
"""


BEGIN_APART = 0.001
"""Seconds between the first requests of the bare client."""


class Run(NamedTuple):
    """One measurement.

    Attributes:
        failed: answers without a verdict.
        megabytes: peak resident memory of the process.
    """

    seconds: float
    calls: int
    failed: int
    megabytes: float


def by_schema(schema: Any) -> Any:
    """A document that a JSON schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return by_schema(schema["anyOf"][0])
    kind = schema.get("type")
    if kind == "object":
        defs = schema.get("$defs", {})
        return {
            name: by_schema(defs[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one)
            for name, one in schema.get("properties", {}).items()
        }
    return {"array": [], "number": 1, "integer": 1, "boolean": True, "null": None}.get(kind, "Yes.")


def verdicts(body: dict[str, Any]) -> str:
    """A reply for vivavoce's prompts, else one that fits the schema that was sent."""
    from vivavoce.testing.judge_server import all_met

    form = body.get("response_format", {}).get("json_schema", {})
    return (
        all_met(body) if form.get("name") == "verdicts" else json.dumps(by_schema(form["schema"]))
    )


def serve(latency: float) -> None:
    """Runs the stub until standard input ends."""
    from vivavoce.testing import JudgeServer

    with JudgeServer(verdicts, latency=latency) as server:
        print(server.url, flush=True)
        sys.stdin.read()


def own(url: str, concurrency: int, answers: int, how: str) -> Run:
    """Judging by vivavoce, in this process."""
    from vivavoce import Answer, default_bank, default_grader
    from vivavoce.adapters.openai_judge import CallOptions, OpenAIJudge
    from vivavoce.adapters.prompt_files import PromptFile
    from vivavoce.cli.interpreter import keep_loaded, tune
    from vivavoce.services.judging import JudgePlan, Judging

    tune()
    rubric = default_bank().get(QUESTION)
    assert rubric
    grade = default_grader().grade(rubric, Answer(question=QUESTION, text=texts(1)[0]))
    local = [
        grade.model_copy(update={"answer": Answer(question=QUESTION, text=text)})
        for text in texts(answers)
    ]
    judge = OpenAIJudge("tiny", base_url=url, options=CallOptions(concurrency=concurrency))
    plan = JudgePlan(per_criterion=how == "per-criterion", in_flight=2 * concurrency)
    judging = Judging([judge], PromptFile(), plan)
    list(judging.judge_all(local[:1], lambda _: rubric))  # imports and connections
    keep_loaded()
    before = judging.tally.calls
    began = time.perf_counter()
    out = list(judging.judge_all(local, lambda _: rubric))
    seconds = time.perf_counter() - began
    failed = sum(g.criteria[0].judge is None or g.criteria[0].judge.credit is None for g in out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(seconds, judging.tally.calls - before, failed, peak)


def bare(url: str, concurrency: int, answers: int) -> Run:
    """The requests that vivavoce sends, by aiohttp alone."""
    from vivavoce import Answer, default_bank
    from vivavoce.adapters.openai_judge import OpenAIJudge
    from vivavoce.adapters.prompt_files import PromptFile
    from vivavoce.core.verdicts import reply_schema

    rubric = default_bank().get(QUESTION)
    assert rubric
    judge, writer = OpenAIJudge("tiny", base_url=url), PromptFile()
    schema = reply_schema(rubric.criteria, rubric.misconceptions)
    bodies = []
    for number, text in enumerate(texts(answers)):
        answer = Answer(question=QUESTION, text=text)
        prompt = writer.write(rubric, answer, rubric.criteria, nonce=f"{number:016x}")
        bodies.append(json.dumps(judge.body(prompt, schema)).encode())
    seconds, failed = asyncio.run(posted(f"{url}/chat/completions", bodies, concurrency))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(seconds, len(bodies), failed, peak)


async def posted(url: str, bodies: list[bytes], concurrency: int) -> tuple[float, int]:
    """Seconds that the requests take, and how many were refused."""
    import aiohttp

    failed = 0
    waiting = iter(bodies)
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as client:

        async def worker(place: int) -> None:
            nonlocal failed
            await asyncio.sleep(BEGIN_APART * place)
            for body in waiting:
                async with client.post(url, data=body, headers=headers) as reply:
                    failed += reply.status != HTTPStatus.OK
                    await reply.read()

        began = time.perf_counter()
        await asyncio.gather(*(worker(place) for place in range(concurrency)))
        return time.perf_counter() - began, failed


def texts(count: int) -> list[str]:
    """Answers, no two the same."""
    said = (
        "Bias is error from a model that is too simple, so it underfits. Variance is error from "
        "sensitivity to the sample, so it overfits. More data lowers variance."
    )
    return [f"{said} This is point number {n}." for n in range(count)]


def measured(command: list[str]) -> Run:
    """What a process of its own measured."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = next((x for x in done.stdout.splitlines() if x.startswith("MEASURED")), "")
    if not line:
        raise SystemExit(f"{command[:3]} failed:\n{done.stderr[-2000:]}")
    return Run(*json.loads(line.removeprefix("MEASURED ")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=500)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--autorubric", metavar="PYTHON")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--own", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.serve)
        return
    if given.own:
        url, concurrency, answers, how = given.own
        run = (
            bare(url, int(concurrency), int(answers))
            if how == "bare"
            else own(url, int(concurrency), int(answers), how)
        )
        print("MEASURED", json.dumps(run))
        return
    compare(given)


def compare(given: argparse.Namespace) -> None:
    """Runs both by turns and prints a table."""
    from vivavoce import default_bank

    rubric = default_bank().get(QUESTION)
    assert rubric
    task = ROOT / ".benchmark-judge.json"
    few = max(1, given.answers // len(rubric.criteria))
    task.write_text(
        json.dumps(
            {
                "question": rubric.question,
                "criteria": [c.statement for c in rubric.criteria],
                "answers": texts(few),
            }
        )
    )
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(given.latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    url = server.stdout.readline().strip()
    limit = str(given.concurrency)
    me = [sys.executable, __file__, "--own", url, limit]
    ways = {
        "vivavoce, one call an answer": [*me, str(given.answers), "one"],
        "vivavoce, a call a criterion": [*me, str(few), "per-criterion"],
        "aiohttp alone": [*me, str(given.answers), "bare"],
    }
    runs: dict[str, list[Run]] = {}
    try:
        for _ in range(given.rounds):
            for name, command in ways.items():
                runs.setdefault(name, []).append(measured(command))
            if given.autorubric:
                command = [given.autorubric, "-c", RIVAL, url, limit, str(task)]
                runs.setdefault("autorubric 1.6", []).append(measured(command))
    finally:
        server.kill()
        task.unlink()
    ideal = given.concurrency / given.latency
    print(f"Ideal: {ideal:.0f} calls a second ({limit} at once, {given.latency:g} s each).\n")
    print(
        "| | calls | seconds, median (worst) | calls a second | of the ideal | overhead a call |"
        " without a verdict | peak MB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, found in runs.items():
        seconds = statistics.median(r.seconds for r in found)
        calls = found[0].calls
        over = (seconds - calls / ideal) / calls * 1000
        print(
            f"| {name} | {calls} | {seconds:.2f} ({max(r.seconds for r in found):.2f}) | "
            f"{calls / seconds:.0f} | {100 * calls / seconds / ideal:.0f}% | {over:.1f} ms | "
            f"{sum(r.failed for r in found)} | {max(r.megabytes for r in found):.0f} |"
        )


if __name__ == "__main__":
    main()
