"""`viva review`: a person's judgement of stored results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vivavoce.cli.shared import (
    JsonOption,
    StoreOption,
    console,
    without_surrogates,
    write_json,
)
from vivavoce.errors import SettingsError

if TYPE_CHECKING:
    from vivavoce.core.review import Judgement
    from vivavoce.services.review import ReviewDesk

__all__ = ["review"]


def review(
    results: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines or JSON that `viva batch` or `viva grade` wrote.", metavar="RESULTS"
        ),
    ],
    reviews: Annotated[
        Path | None,
        typer.Option(
            "--reviews",
            help="Where reviews are kept; otherwise beside RESULTS, ending in .reviews.jsonl.",
            metavar="FILE",
        ),
    ] = None,
    store: StoreOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every answer, not only those that need a person.")
    ] = False,
    author: Annotated[
        str | None, typer.Option("--author", help="Who reviews; your login name by default.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List what waits for a person.")] = False,
    show: Annotated[
        str | None, typer.Option("--show", help="Show one answer.", metavar="KEY")
    ] = None,
    set_: Annotated[
        str | None,
        typer.Option("--set", help="Review one answer by its key or id.", metavar="KEY"),
    ] = None,
    total: Annotated[
        float | None, typer.Option("--total", min=0, max=100, help="With --set: its score.")
    ] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(
            "--verdict",
            help="With --set: met, partly, missed or contradicted. Repeatable.",
            metavar="CRITERION=VERDICT",
        ),
    ] = None,
    comment: Annotated[str, typer.Option("--comment", help="With --set: why.")] = "",
    json: JsonOption = False,
) -> None:
    """Review grades that need a person, the least certain first; the grades stay as they are."""
    from vivavoce.wiring.reviewing import open_desk
    from vivavoce.wiring.sharing import store_in_use

    said = _judgement(set_, show, total, verdict or [], comment)
    who = without_surrogates(author).strip() if author else None
    with store_in_use(store) as team:
        desk = open_desk(results, reviews, who, team)
        _answer(desk, set_ or show, said, listed=listed, everything=everything, json=json)


def _answer(
    desk: ReviewDesk,
    key: str | None,
    said: Judgement | None,
    *,
    listed: bool,
    everything: bool,
    json: bool,
) -> None:
    """Does what was asked for: one answer, the list, or the walk."""
    from vivavoce.reports.review import print_item, print_queue, queue_json

    if key is not None:
        item = desk.find(without_surrogates(key))
        item = desk.save(item.key, said) if said else item
        if json:
            write_json(queue_json([item], whole_grades=True))
        else:
            print_item(item, console())
    elif listed or json:
        waiting = desk.queue(everything=everything)
        if json:
            write_json(queue_json(waiting))
        else:
            print_queue(waiting, console())
    else:
        if not sys.stdin.isatty():
            raise SettingsError(
                "Without a terminal nobody can be asked: give --list, --show KEY, or --set KEY "
                "with --total or --verdict."
            )
        from vivavoce.cli.review_session import walk_through

        walk_through(desk, desk.queue(everything=everything))


def _judgement(
    key: str | None, show: str | None, total: float | None, verdicts: list[str], comment: str
) -> Judgement | None:
    """What --set says; None without it."""
    from vivavoce.core.review import Judgement
    from vivavoce.services.review import read_verdict

    given = total is not None or bool(verdicts) or bool(comment)
    if key is None:
        if given:
            raise SettingsError("--total, --verdict and --comment need --set KEY.")
        return None
    if show is not None:
        raise SettingsError("Give --show or --set, not both: --set shows the answer too.")
    if not given:
        raise SettingsError("--set needs --total N, --verdict CRITERION=VERDICT or --comment TEXT.")
    pairs = [text.partition("=") for text in verdicts]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise SettingsError(f"--verdict {name}: expected CRITERION=VERDICT, such as bias=met.")
    return Judgement(
        {name.strip(): read_verdict(value) for name, _, value in pairs},
        total,
        without_surrogates(comment),
    )
