"""How the interpreter is set for a program of this kind."""

from __future__ import annotations

import gc
import os

__all__ = ["keep_loaded", "tune"]

OBJECTS = 200_000
"""New objects from which garbage is looked for."""


def tune() -> None:
    """Sets numpy's threads and the garbage collector; before numpy is imported."""
    # The matrices beside the models are small: numpy's threads, waiting busily for each other and
    # for the models', take ten times as long as one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is loaded at the start stays; walking it every 700 new objects is a tenth of a cold
    # start.
    gc.set_threshold(OBJECTS)


def keep_loaded() -> None:
    """Lets the garbage collector pass over all that there is by now: it would not find any garbage
    in it, and would hold the calls of a judge up for 60 ms."""
    gc.freeze()
