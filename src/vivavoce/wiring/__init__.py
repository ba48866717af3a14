"""Settings to objects: the one place where choices meet, one module a use."""

from __future__ import annotations

from vivavoce.wiring.checkup import checkup
from vivavoce.wiring.choices import Settings, settings
from vivavoce.wiring.judging import build_judging, panel_alpha
from vivavoce.wiring.objects import (
    bank_path,
    build_embedder,
    build_grader,
    build_scorer,
    cache_folder,
    default_bank,
    default_grader,
    find_rubric,
    load_bank_in_use,
    load_calibration,
    read_input,
)

__all__ = [
    "Settings",
    "bank_path",
    "build_embedder",
    "build_grader",
    "build_judging",
    "build_scorer",
    "cache_folder",
    "checkup",
    "default_bank",
    "default_grader",
    "find_rubric",
    "load_bank_in_use",
    "load_calibration",
    "panel_alpha",
    "read_input",
    "settings",
]
