"""The command line: typer, one file a command group, no logic."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from vivavoce.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Runs `viva`; a deliberate error is one message on stderr and exit status 1 or 2."""
    from vivavoce.cli.shared import fail
    from vivavoce.errors import VivaError

    # The matrices beside the models are small: numpy's threads, waiting busily for each other and
    # for the models', take ten times as long as one. It must be said before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A locale that lacks a character costs that character and not the run.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except VivaError as exc:
        sys.exit(fail(exc))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)
    except BrokenPipeError:
        # The reader went away (`viva ... | head`): nothing is wrong, and nothing more to write.
        sys.stderr.close()
        sys.exit(0)
