"""The command line: typer, one file a command group, no logic."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from vivavoce.cli.app import app
from vivavoce.cli.interpreter import tune

__all__ = ["app", "main"]


def main() -> None:
    """Runs `viva`; a deliberate error is one message on stderr and exit status 1 or 2."""
    from vivavoce.cli.shared import fail
    from vivavoce.errors import VivaError

    tune()
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
