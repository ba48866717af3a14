"""`viva transcribe`: what a recording says, word by word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import (
    JsonOption,
    OfflineOption,
    TranscriberOption,
    console,
    without_surrogates,
    write_json,
)

__all__ = ["transcribe"]


def transcribe(
    file: Annotated[Path, typer.Argument(help="WAV, FLAC, Ogg, MP3, M4A, WebM or AIFF.")],
    question: Annotated[
        str,
        typer.Option("--question", help="Wording of the question; its words may be expected."),
    ] = "",
    transcriber: TranscriberOption = None,
    json: JsonOption = False,
    offline: OfflineOption = None,
) -> None:
    """Print the words of a recording with their times; doubtful words are marked."""
    from vivavoce.core.delivery import deliver
    from vivavoce.core.hot_words import hot_words
    from vivavoce.core.results import Recorded
    from vivavoce.wiring import build_transcriber, settings

    chosen = settings(transcriber=transcriber, offline=offline)
    expected = hot_words(without_surrogates(question))
    speech = build_transcriber(chosen).transcribe(file, hot_words=expected)
    recorded = Recorded(
        source=without_surrogates(str(file)),
        speech=speech,
        delivery=deliver(speech, bands=chosen.delivery),
    )
    if json:
        from vivavoce.reports.recording import render_json

        write_json(render_json(recorded))
    else:
        from vivavoce.reports.recording import print_recording

        print_recording(recorded, console())
