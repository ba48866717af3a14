"""`viva grade`: one answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

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
from vivavoce.errors import AnswerFileError, SettingsError

__all__ = ["grade"]

MOST_STDIN = 20_000_000


def grade(
    question: Annotated[str, typer.Argument(help="Id, number or wording of the question.")],
    answer: Annotated[
        str | None, typer.Argument(help="The answer; '-' or nothing reads standard input.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help="Read the answer from a text file.")
    ] = None,
    candidate: Annotated[str, typer.Option("--candidate", help="Who answered.")] = "",
    bank: BankOption = None,
    embedder: EmbedderOption = None,
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
    """Grade one answer and say what was right, what was wrong and what to say instead."""
    from vivavoce.core.answer import Answer
    from vivavoce.core.grade import Grade
    from vivavoce.core.results import Results
    from vivavoce.services.grader import LONGEST_ANSWER
    from vivavoce.wiring import build_embedder, build_grader, find_rubric, settings

    check_outputs(output)
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
    text = _answer_text(answer, file)
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
    [result] = judged([local], chosen, lambda _: rubric)
    graded = isinstance(result, Grade)
    results = Results(
        title=rubric.question,
        grades=(result,) if isinstance(result, Grade) else (),
        ungraded=() if isinstance(result, Grade) else (result,),
    )
    if json:
        from vivavoce.reports import render

        write_json(render(results, "json"))
    else:
        from vivavoce.reports.terminal import print_grade, print_results

        if graded and isinstance(result, Grade):
            print_grade(result, console())
        else:
            print_results(results, console())
    write_outputs(results, output)
    finish(results, fail_under)
    finish_judged(results.grades)


def _answer_text(answer: str | None, file: Path | None) -> str:
    if answer is not None and file is not None and answer != "-":
        raise SettingsError("Give the answer as an argument or with -f, not both.")
    if file is not None:
        from vivavoce.adapters.answer_files import read_answer_text

        return read_answer_text(file)
    if answer is not None and answer != "-":
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
