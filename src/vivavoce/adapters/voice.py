"""Questions read aloud by espeak-ng, or by the voice that the system has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from vivavoce.errors import BackendError, SettingsError

__all__ = ["Voice", "find_voice"]

LONGEST_S = 120
WPM = "150"
FAILED = "error:"
"""How a message of espeak-ng begins."""


class Voice:
    """Reads text aloud with a program of the system.

    Args:
        command: the program with its options; the text goes to its standard input, so that
            nothing in it can be taken for an option.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)

    def speak(self, text: str) -> None:
        """Returns when the text has been read.

        Raises:
            BackendError: the program failed.
        """
        try:
            ran = subprocess.run(  # noqa: S603
                self._command,
                input=text.encode(errors="replace"),
                capture_output=True,
                check=False,
                timeout=LONGEST_S,
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise BackendError(f"{self._command[0]} could not speak: {exc}") from exc
        told = ran.stderr.decode(errors="replace").strip().splitlines()
        # espeak-ng ends with status 0 even where there is nothing to play sound on.
        if ran.returncode or (told and told[-1].startswith(FAILED)):
            why = told[-1].removeprefix(FAILED).strip() if told else "no message"
            raise BackendError(
                f"{self._command[0]} could not speak: {why}. Check the loudspeaker, or leave out "
                "--speak."
            )


def find_voice(*, to: Path | None = None) -> Voice:
    """The first voice that this system has: espeak-ng, espeak, or macOS's own.

    Args:
        to: a WAV file to write instead of speaking; espeak only.

    Raises:
        SettingsError: there is none.
    """
    for name in ("espeak-ng", "espeak"):
        if shutil.which(name):
            out = ["-w", str(to)] if to else []
            return Voice([name, "-s", WPM, "-v", "en", *out, "--stdin"])
    if shutil.which("say") and to is None:
        return Voice(["say", "-f", "-"])
    raise SettingsError(
        "--speak needs a voice: install espeak-ng (on Debian and Ubuntu: apt-get install "
        "espeak-ng), or leave out --speak."
    )
