"""`viva batch`: files of answers and interview transcripts."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vivavoce.cli.judge_options import (
    CallsOption,
    JudgeOption,
    PromptOption,
    RedactFileOption,
    RedactNameOption,
    RedactOption,
    SamplesOption,
    WeightOption,
    WhenOption,
    finish_judged,
    judged,
)
from vivavoce.cli.shared import (
    BankOption,
    EmbedderOption,
    FailUnderOption,
    JsonOption,
    OfflineOption,
    OutOption,
    check_outputs,
    console,
    finish,
    without_surrogates,
    write_json,
    write_outputs,
)
from vivavoce.errors import AnswerFileError, InputError

if TYPE_CHECKING:
    from vivavoce.core.results import Results
    from vivavoce.wiring import Settings

__all__ = ["batch"]


def batch(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            help="JSONL, CSV or TSV of answers; WebVTT, SRT, Markdown or plain transcripts; "
            "folders of these; '-' for JSONL on standard input.",
            metavar="INPUT...",
        ),
    ],
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    format: Annotated[
        str | None, typer.Option("--format", help="Transcript format, if it is not recognised.")
    ] = None,
    interviewer: Annotated[
        str | None, typer.Option("--interviewer", help="Label of the person who asks.")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Title of the report.")] = "",
    output: OutOption = None,
    json: JsonOption = False,
    fail_under: FailUnderOption = None,
    offline: OfflineOption = None,
    judge: JudgeOption = None,
    judge_when: WhenOption = None,
    judge_samples: SamplesOption = None,
    judge_calls: CallsOption = None,
    judge_weight: WeightOption = None,
    prompt: PromptOption = None,
    redact: RedactOption = None,
    redact_name: RedactNameOption = None,
    redact_file: RedactFileOption = None,
) -> None:
    """Grade files of answers and interview transcripts; one bad item never stops the rest."""
    check_outputs(output)
    from vivavoce.wiring import settings

    chosen = settings(
        bank=bank,
        embedder=embedder,
        offline=offline,
        judge=judge,
        judge_when=judge_when,
        judge_samples=judge_samples,
        judge_calls=judge_calls,
        judge_weight=judge_weight,
        prompt=prompt,
        redact=redact,
        redact_names=redact_name,
        redact_file=redact_file,
    )
    results, broken = _run(inputs, chosen, format, interviewer, title)
    for message in broken:
        sys.stderr.write(f"Skipped: {message}\n")
    if json:
        from vivavoce.reports import render

        write_json(render(results, "json"))
    else:
        from vivavoce.reports.terminal import print_results

        print_results(results, console())
    write_outputs(results, output)
    finish(results, fail_under)
    if broken:
        raise typer.Exit(1 if not results.grades else 3)
    finish_judged(results.grades)


def _run(
    inputs: list[Path],
    chosen: Settings,
    format: str | None,
    interviewer: str | None,
    title: str,
) -> tuple[Results, list[str]]:
    """Results, and a message for each file that could not be read at all."""
    from vivavoce.adapters.rubric_files import load_bank
    from vivavoce.cli.progress import progress
    from vivavoce.core.grade import Grade, Ungraded
    from vivavoce.core.results import Results
    from vivavoce.core.transcript import Alignment, Transcript
    from vivavoce.services.batch import align_transcript, grade_answers
    from vivavoce.wiring import bank_path, build_embedder, build_grader, read_input

    rubrics = load_bank(bank_path(chosen))
    model = build_embedder(chosen)
    grader = build_grader(chosen, model)
    grades: list[Grade] = []
    ungraded: list[Ungraded] = []
    alignments: list[Alignment] = []
    broken: list[str] = []
    with progress() as step:
        for path, spooled in _files(inputs):
            try:
                read = read_input(path, format)
                if isinstance(read, Transcript):
                    found = align_transcript(read, rubrics, model, interviewer=interviewer)
                    alignments.append(found)
                    read = iter(found.answers)
                local = grade_answers(read, rubrics, grader, model)
                for result in judged(local, chosen, rubrics.get):
                    if isinstance(result, Grade):
                        grades.append(result)
                    else:
                        ungraded.append(result)
                    step(path.name, len(grades), len(ungraded))
            except InputError as exc:
                broken.append(
                    str(exc).replace(str(path), "standard input") if spooled else str(exc)
                )
    if broken and not (grades or ungraded or alignments):
        raise AnswerFileError("\n".join(broken))
    results = Results(
        title=without_surrogates(title or ", ".join(dict.fromkeys(map(_name, inputs)))[:120]),
        grades=tuple(grades),
        ungraded=tuple(ungraded),
        alignments=tuple(alignments),
    )
    return results, broken


def _name(path: Path) -> str:
    return "standard input" if str(path) == "-" else path.absolute().name


def _files(inputs: Iterable[Path]) -> list[tuple[Path, bool]]:
    """Files as given; folders as the readable files in them, sorted; '-' spooled from stdin.

    The second of each pair says whether a path stands for standard input.
    """
    out: list[tuple[Path, bool]] = []
    for path in inputs:
        if str(path) == "-":
            out.append((_spooled(), True))
        elif path.is_dir():
            inside = sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and p.suffix.lower() in ENDINGS and not p.name.startswith(".")
            )
            if not inside:
                raise AnswerFileError(
                    f"{path}: holds no file to grade; these endings are read from a folder: "
                    f"{', '.join(sorted(ENDINGS))}"
                )
            out += [(p, False) for p in inside]
        else:
            out.append((path, False))
    return out


ENDINGS = {".jsonl", ".ndjson", ".csv", ".tsv", ".vtt", ".srt", ".md", ".markdown", ".txt"}


def _spooled() -> Path:
    """Standard input as a file, because its kind is told from its content."""
    import atexit
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="viva-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "stdin.jsonl"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path
