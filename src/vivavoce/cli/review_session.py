"""A review at the terminal: answers on standard output, prompts on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from vivavoce.cli.shared import console, fail, without_surrogates
from vivavoce.errors import InputError
from vivavoce.reports._text import amount
from vivavoce.reports.review import print_item
from vivavoce.services.review import Move, ReviewDesk, Walk

if TYPE_CHECKING:
    from vivavoce.core.review import Item

__all__ = ["walk_through"]

HELP = """\
  82            the total, 0 to 100
  1=met 2=x     verdicts by number or id: met (+), partly (~), missed (o), contradicted (x)
  a             the machine's total is right
  c TEXT        a comment
  u             take back what was entered for this answer
  Enter         keep what was entered and go on; without anything entered, skip
  b             keep it and go back one answer
  q             keep it and stop
"""
STOPPED = 130


def walk_through(desk: ReviewDesk, items: Sequence[Item]) -> None:
    """Asks about each item until there are no more, `q`, the end of input or Ctrl-C.

    What was entered is kept in every case.
    """
    walk = Walk(desk, items)
    if not items:
        sys.stderr.write("Nothing waits for a review. All answers: --all\n")
        return
    sys.stderr.write(HELP)
    stopped = False
    try:
        _ask(walk)
    except KeyboardInterrupt:
        stopped = True
        sys.stderr.write("\n")
    finally:
        walk.keep()
        sys.stderr.write(f"{walk.saved} reviews kept as {desk.author}.\n")
    if stopped:
        raise typer.Exit(STOPPED)


def _ask(walk: Walk) -> None:
    move = Move.NEXT
    while walk.item is not None and move is not Move.STOP:
        if move is Move.NEXT:
            number, of = walk.place
            sys.stderr.write(f"\n{number} of {of}\n")
            print_item(walk.item, console())
        sys.stderr.write("> ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return
        try:
            move = walk.enter(without_surrogates(line))
        except InputError as exc:
            fail(exc)
            move = Move.NOTED
            continue
        if move is Move.HELP:
            sys.stderr.write(HELP)
        elif move is Move.NOTED:
            sys.stderr.write(_drafted(walk))


def _drafted(walk: Walk) -> str:
    draft, total = walk.draft, walk.total
    parts = [f"{c} {v.value}" for c, v in draft.verdicts.items()]
    parts += [f"total {amount(total)}"] if total is not None else []
    parts += ["with a comment"] if draft.comment else []
    return f"  {', '.join(parts) or 'nothing entered'}. Enter keeps it.\n"
