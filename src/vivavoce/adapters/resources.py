"""Where the files that travel with the package are: in the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from vivavoce.errors import InputError

__all__ = ["models_folder", "resource"]

PACKAGE = Path(__file__).resolve().parent.parent


def resource(name: str) -> Path:
    """A top-level folder of the project, such as `rubrics` or `prompts`.

    Raises:
        InputError: it is neither in the installed package nor in the checkout.
    """
    for place in (PACKAGE / name, PACKAGE.parent.parent / name):
        if place.is_dir():
            return place
    raise InputError(f"The packaged folder '{name}' is missing: reinstall vivavoce.")


def models_folder() -> Path:
    """Where the packaged weights and fitted numbers are."""
    return PACKAGE / "models"
