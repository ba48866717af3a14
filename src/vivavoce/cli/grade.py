"""`viva grade`: one answer."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vivavoce.cli.judge_options import with_judges
from vivavoce.cli.judge_stage import finish_judged, judge_stage
from vivavoce.cli.shared import (
    BankOption,
    EmbedderOption,
    FailUnderOption,
    JsonOption,
    OfflineOption,
    OutOption,
    TranscriberOption,
    check_outputs,
    console,
    finish,
    without_surrogates,
    write_json,
    write_outputs,
)
from vivavoce.errors import AnswerFileError, SettingsError

if TYPE_CHECKING:
    from vivavoce.core.grade import Grade, Ungraded
    from vivavoce.core.results import Results
    from vivavoce.core.rubric import Rubric
    from vivavoce.errors import JudgeDeniedError
    from vivavoce.wiring import Settings

    Outcome = tuple[Results, JudgeDeniedError | None]

__all__ = ["grade"]

MOST_STDIN = 20_000_000
SOUND = ("wav", "mp3", "m4a", "ogg", "flac", "webm")
FILE_NAME = re.compile(
    rf"\S+\.(?P<kind>txt|md|docx|pdf|vtt|srt|csv|jsonl|{'|'.join(SOUND)})", re.IGNORECASE
)


@with_judges
def grade(
    judges: dict[str, object],
    question: Annotated[str, typer.Argument(help="Id, number or wording of the question.")],
    answer: Annotated[
        str | None, typer.Argument(help="The answer; '-' or nothing reads standard input.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help="Read the answer from a text file.")
    ] = None,
    audio: Annotated[
        Path | None, typer.Option("--audio", help="Grade a recording; delivery is shown beside.")
    ] = None,
    candidate: Annotated[str, typer.Option("--candidate", help="Who answered.")] = "",
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    transcriber: TranscriberOption = None,
    output: OutOption = None,
    json: JsonOption = False,
    fail_under: FailUnderOption = None,
    offline: OfflineOption = None,
) -> None:
    """Grade one answer and say what was right, what was wrong and what to say instead."""
    from vivavoce.wiring import settings

    check_outputs(output)
    chosen = settings(
        bank=bank, embedder=embedder, transcriber=transcriber, offline=offline, **judges
    )
    if audio is None:
        results, denied = _typed(chosen, question, _answer_text(answer, file), file, candidate)
    elif answer is None and file is None:
        results, denied = _spoken(chosen, question, audio, candidate)
    else:
        raise SettingsError("Give the answer as text or with --audio, not both.")
    if chosen.estimate:
        return
    if json:
        from vivavoce.reports import render

        write_json(render(results, "json"))
    else:
        from vivavoce.reports.terminal import print_results

        print_results(results, console())
    if output:
        from vivavoce.reports.run import Run

        pass_mark = chosen.pass_mark if fail_under is None else fail_under
        write_outputs(Run.of(results, pass_mark=pass_mark), output)
    if denied:
        raise denied
    finish(results, fail_under)
    finish_judged(results.grades)


def _typed(
    chosen: Settings, question: str, text: str, file: Path | None, candidate: str
) -> Outcome:
    from vivavoce.core.answer import Answer
    from vivavoce.core.results import Results
    from vivavoce.services.grader import LONGEST_ANSWER
    from vivavoce.wiring import build_embedder, build_grader, find_rubric

    if len(text) > LONGEST_ANSWER:
        raise AnswerFileError(
            f"{file or 'the answer'}: has {len(text):,} characters; at most {LONGEST_ANSWER:,} "
            "are read. Split it, or check that the right file was given."
        )
    model = build_embedder(chosen)
    rubric = find_rubric(chosen, without_surrogates(question), model)
    said = Answer(
        question=rubric.id,
        text=text,
        candidate=without_surrogates(candidate),
        source=without_surrogates(str(file)) if file else "",
    )
    local = build_grader(chosen, model).grade(rubric, said)
    result, denied = _judged(chosen, rubric, local)
    return Results.of(rubric.question, result), denied


def _spoken(chosen: Settings, question: str, audio: Path, candidate: str) -> Outcome:
    from vivavoce.core.results import Results
    from vivavoce.services.spoken import grade_recording
    from vivavoce.wiring import build_embedder, build_grader, build_transcriber, find_rubric

    listener = build_transcriber(chosen)
    model = build_embedder(chosen)
    rubric = find_rubric(chosen, without_surrogates(question), model)
    local, recorded = grade_recording(
        rubric,
        audio,
        listener,
        build_grader(chosen, model),
        candidate=without_surrogates(candidate),
        source=without_surrogates(str(audio)),
        bands=chosen.delivery,
    )
    result, denied = _judged(chosen, rubric, local)
    return Results.of(rubric.question, result, recorded), denied


def _judged(
    chosen: Settings, rubric: Rubric, local: Grade | Ungraded
) -> tuple[Grade | Ungraded, JudgeDeniedError | None]:
    with judge_stage(chosen, lambda _: rubric) as stage:
        if stage is None:
            return local, None
        [result] = stage(iter([local]))
        stage.finish()
        return result, stage.denied


def _check_no_file_name(answer: str) -> None:
    """A path in the answer's place would be graded as one word, and come out at 0."""
    named = FILE_NAME.fullmatch(answer.strip())
    if named:
        option = "--audio" if named["kind"].lower() in SOUND else "--file"
        raise SettingsError(
            f"'{answer.strip()}' is the name of a file and no answer. To grade what the file "
            f"holds, give it with {option}."
        )


def _answer_text(answer: str | None, file: Path | None) -> str:
    if answer is not None and file is not None and answer != "-":
        raise SettingsError("Give the answer as an argument or with -f, not both.")
    if file is not None:
        from vivavoce.adapters.answer_files import read_answer_text

        return read_answer_text(file)
    if answer is not None and answer != "-":
        _check_no_file_name(answer)
        return without_surrogates(answer)
    if sys.stdin.isatty():
        sys.stderr.write("Type the answer; end it with Ctrl-D.\n")
    data = sys.stdin.buffer.read(MOST_STDIN + 1)
    if len(data) > MOST_STDIN:
        raise AnswerFileError("standard input: more than 20 MB; that is no answer.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as exc:
        raise AnswerFileError("standard input: not UTF-8 text; convert it first.") from exc
