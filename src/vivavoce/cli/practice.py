"""`viva practice`: questions to answer by voice or by hand, with feedback at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vivavoce.cli.shared import (
    UNGRADED,
    BankOption,
    EmbedderOption,
    JsonOption,
    OfflineOption,
    TranscriberOption,
    without_surrogates,
)
from vivavoce.errors import SettingsError

__all__ = ["practice"]


def practice(
    question: Annotated[
        str | None, typer.Argument(help="Id, number or wording; drawn where none is given.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Draw what is due (default).")] = False,
    weakest: Annotated[bool, typer.Option("--weakest", help="Draw what you know least.")] = False,
    random: Annotated[bool, typer.Option("--random", help="Draw by chance.")] = False,
    seed: Annotated[int | None, typer.Option("--seed", help="Of --random.")] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", help="Category of the bank, such as algorithms.")
    ] = None,
    difficulty: Annotated[
        int | None, typer.Option("--difficulty", min=1, max=3, help="1, 2 or 3.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="Questions at most.")] = 3,
    typed: Annotated[bool, typer.Option("--typed", help="Type instead of speaking.")] = False,
    audio: Annotated[
        Path | None, typer.Option("--audio", help="Answer one question with a recording.")
    ] = None,
    seconds: Annotated[
        int | None, typer.Option("--seconds", min=1, max=3600, help="Record at most so long.")
    ] = None,
    speak: Annotated[bool, typer.Option("--speak", help="Read questions aloud.")] = False,
    follow_up: Annotated[
        bool, typer.Option("--follow-up/--no-follow-up", help="Ask on after each answer.")
    ] = True,
    keep_audio: Annotated[
        bool, typer.Option("--keep-audio", help="Keep recordings (deleted otherwise).")
    ] = False,
    bank: BankOption = None,
    embedder: EmbedderOption = None,
    transcriber: TranscriberOption = None,
    json: JsonOption = False,
    offline: OfflineOption = None,
) -> None:
    """Practise: a question, your answer, what to say better, one follow-up; all of it is kept."""
    from vivavoce.cli.practice_session import How, Session
    from vivavoce.services.practice import Draw, Order
    from vivavoce.wiring import settings

    if due + weakest + random > 1:
        raise SettingsError("Give one of --due, --weakest and --random.")
    if seed is not None and not random:
        raise SettingsError("--seed belongs to --random.")
    if typed and audio is not None:
        raise SettingsError("Give --typed or --audio FILE, not both.")
    if seconds is not None and (typed or audio is not None):
        raise SettingsError("--seconds is for the microphone; leave out --typed and --audio.")
    order = Order.WEAKEST if weakest else Order.RANDOM if random else Order.DUE
    number = 1 if audio is not None else count
    session = Session(
        settings(bank=bank, embedder=embedder, transcriber=transcriber, offline=offline),
        How(
            typed=typed,
            audio=audio,
            seconds=seconds,
            speak=speak,
            follow_up=follow_up,
            keep_audio=keep_audio,
            json=json,
        ),
    )
    wanted = Draw(order, topic, difficulty, seed, number)
    attempts = session.run(without_surrogates(question) if question else None, wanted)
    if any(a.finished and a.grade is None for a in attempts):
        raise typer.Exit(UNGRADED)
