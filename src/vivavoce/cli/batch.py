"""`viva batch`: files of answers and interview transcripts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from vivavoce.cli.align import MapOption
from vivavoce.cli.batch_place import (
    AddressOption,
    Counts,
    EngineOption,
    ResultsOption,
    WorkersOption,
    place_of,
)
from vivavoce.cli.interpreter import keep_loaded
from vivavoce.cli.interrupt import stopping
from vivavoce.cli.judge_options import with_judges
from vivavoce.cli.judge_stage import JudgeStage, is_judged, judge_stage
from vivavoce.cli.shared import (
    BELOW,
    UNGRADED,
    BankOption,
    EmbedderOption,
    FailUnderOption,
    JsonOption,
    OfflineOption,
    OutOption,
    StoreOption,
    TranscriberOption,
    check_outputs,
    without_surrogates,
    write_outputs,
)
from vivavoce.cli.shown import Found, show
from vivavoce.errors import AnswerFileError

if TYPE_CHECKING:
    from vivavoce.core.rubric import Bank
    from vivavoce.services.bank_sentences import BankSentences
    from vivavoce.services.batch_run import BatchRun, Engine
    from vivavoce.services.grader import Grader
    from vivavoce.wiring import BatchInput, Settings, StoredResults

__all__ = ["batch"]

ViaOption = Annotated[
    str | None,
    typer.Option(
        "--judge-via",
        help="calls (default), or batch: half the price within a day.",
        rich_help_panel="The judge",
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Collect batches submitted before; submit none.",
        rich_help_panel="The judge",
    ),
]
RetryOption = Annotated[
    bool, typer.Option("--retry-ungraded", help="Try again what --results holds as ungraded.")
]


@with_judges
def batch(
    judges: dict[str, object],
    inputs: Annotated[
        list[Path],
        typer.Argument(
            help="JSONL, CSV or TSV of answers; WebVTT, SRT, Markdown, Word or plain transcripts; "
            "recordings; folders and patterns of these; '-' for JSONL on standard input.",
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
    corrected: MapOption = None,
    title: Annotated[str, typer.Option("--title", help="Title of the report.")] = "",
    results: ResultsOption = None,
    store: StoreOption = None,
    retry_ungraded: RetryOption = False,
    output: OutOption = None,
    json: JsonOption = False,
    fail_under: FailUnderOption = None,
    offline: OfflineOption = None,
    engine: EngineOption = "local",
    ray_address: AddressOption = None,
    ray_workers: WorkersOption = None,
    judge_via: ViaOption = None,
    resume: ResumeOption = False,
    transcriber: TranscriberOption = None,
) -> None:
    """Grade files of answers and interview transcripts; one bad item never stops the rest.

    With --results, what is finished is kept: the same command again goes on where it stopped.
    """
    from vivavoce.wiring import settings, stored_results
    from vivavoce.wiring.scaling import engine_in_use
    from vivavoce.wiring.sharing import store_in_use

    check_outputs(output)
    via = "batch" if resume else judge_via
    more = {**judges, "judge_via": via, "judge_resume": resume or None}
    chosen = settings(
        bank=bank, embedder=embedder, transcriber=transcriber, offline=offline, **more
    )
    name = without_surrogates(title or ", ".join(dict.fromkeys(map(_name, inputs)))[:120])
    with stopping() as stopped, store_in_use(store, chosen) as team:
        place = place_of(team, results, output, flag=store is not None, sharded=engine == "ray")
        reviews = place.reviews()
        # An estimate must not look like results.
        kept = (None, None) if chosen.estimate else (place.file, place.results)
        with (
            stored_results(*kept) as log,
            engine_in_use(chosen, engine, ray_address, ray_workers) as grade,
            # Not before the results are ours: a second run on them is to be told at once.
            nullcontext(_parts(chosen)) as parts,
            judge_stage(chosen, parts.bank.get) as stage,
        ):
            run = _run(parts, log, stage, grade, retry_ungraded)
            read = _read(chosen, inputs, parts, run, format, interviewer, corrected)
            keep_loaded()
            counts = _take(run, read, stopped)
            given = log.run(
                run.names, name, reviews, chosen.pass_mark if fail_under is None else fail_under
            )
            if read.broken and not (counts.done or any(given.others)):
                raise AnswerFileError("\n".join(read.broken))
            for message in read.broken:
                sys.stderr.write(f"Skipped: {message}\n")
            if stage:
                stage.finish(stopped=stopped())
            if chosen.estimate:
                return
            denied = stage.denied if stage else None
            if stopped() or denied:
                place.tell_how_to_go_on(counts)
            found = show(given, json=json, stopped=stopped())
            write_outputs(given, place.reports)
        place.tell()
    if denied:
        raise denied
    _end(stopped(), fail_under, found, read.broken, counts.done > found.ungraded)


class _Parts(NamedTuple):
    bank: Bank
    sentences: BankSentences
    grader: Grader


def _parts(chosen: Settings) -> _Parts:
    from vivavoce.wiring import build_embedder, build_grader, build_sentences, load_bank_in_use

    bank, model = load_bank_in_use(chosen), build_embedder(chosen)
    return _Parts(bank, build_sentences(chosen, model), build_grader(chosen, model))


def _run(
    parts: _Parts,
    log: StoredResults,
    stage: JudgeStage | None,
    engine: Engine | None,
    retry_ungraded: bool,
) -> BatchRun:
    from vivavoce.services.batch_run import BatchRun
    from vivavoce.services.lookup import BankIndex

    return BatchRun(
        BankIndex(parts.bank, parts.sentences),
        parts.grader,
        log,
        settings=stage.settings if stage else "",
        retry_ungraded=retry_ungraded,
        later=stage,
        complete=is_judged,
        engine=engine,
    )


def _read(
    chosen: Settings,
    inputs: list[Path],
    parts: _Parts,
    run: BatchRun,
    format: str | None,
    interviewer: str | None,
    corrected: Path | None,
) -> BatchInput:
    from vivavoce.adapters.input_files import input_files
    from vivavoce.core.transcript import Alignment, Transcript
    from vivavoce.wiring import BatchInput, build_transcriber
    from vivavoce.wiring.aligning import align_with, load_map

    maps = load_map(corrected, inputs)

    def align(transcript: Transcript) -> Alignment:
        found = align_with(
            transcript, parts.bank, parts.sentences, interviewer=interviewer, corrected=maps
        )
        run.note(found)
        return found

    listener = cache(lambda: build_transcriber(chosen))
    return BatchInput(input_files(inputs, sys.stdin.buffer), align, format, listener)


def _take(run: BatchRun, read: BatchInput, stopped: Callable[[], bool]) -> Counts:
    """Takes results until there are no more or the run is stopped."""
    from vivavoce.cli.progress import progress
    from vivavoce.core.grade import Ungraded

    made = ungraded = 0
    with progress() as step:
        for result in run.results(read):
            made += 1
            ungraded += isinstance(result, Ungraded)
            step(result.answer.source, made + run.skipped, ungraded, read.expected)
            if stopped():
                break
    return Counts(made, run.skipped)


def _end(
    stopped: bool,
    fail_under: float | None,
    found: Found,
    broken: list[str],
    graded: bool,
) -> None:
    """Ends with the status that the results call for."""
    if stopped:
        raise typer.Exit(STOPPED)
    if not (found.graded or found.ungraded):
        sys.stderr.write(NOTHING)
        raise typer.Exit(1)
    if fail_under is not None and found.lowest is not None and found.lowest < fail_under:
        raise typer.Exit(BELOW)
    if found.ungraded or found.unjudged:
        raise typer.Exit(UNGRADED)
    if broken:
        raise typer.Exit(UNGRADED if graded else 1)


STOPPED = 130
NOTHING = (
    "Nothing was graded: no answer to a question of the bank was found. 'viva align FILE' shows "
    "how a transcript is read.\n"
)


def _name(path: Path) -> str:
    return "standard input" if str(path) == "-" else path.absolute().name
