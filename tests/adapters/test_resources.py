"""The files that travel with the package are found."""

from __future__ import annotations

import pytest

from vivavoce.adapters.resources import models_folder, resource
from vivavoce.errors import InputError


@pytest.mark.parametrize("name", ["rubrics", "models"])
def test_a_packaged_folder_is_found(name: str) -> None:
    assert any(resource(name).iterdir())


def test_a_missing_folder_says_what_to_do() -> None:
    with pytest.raises(InputError, match="'no-such-folder' is missing: reinstall"):
        resource("no-such-folder")


def test_a_file_is_no_folder() -> None:
    with pytest.raises(InputError):
        resource("pyproject.toml")


def test_weights_and_calibration_are_there() -> None:
    assert (models_folder() / "calibration.json").is_file()
    assert (models_folder() / "minilm-l6-v2" / "model.onnx").is_file()
