"""Settings to objects: the one place where choices meet, one module a use."""

from __future__ import annotations

from vivavoce.wiring.batching import BatchInput, StoredResults, stored_results
from vivavoce.wiring.checkup import checkup
from vivavoce.wiring.choices import Settings, settings
from vivavoce.wiring.judging import JudgeRun, build_judging, panel_alpha
from vivavoce.wiring.objects import (
    bank_path,
    build_embedder,
    build_grader,
    build_scorer,
    build_sentences,
    cache_folder,
    default_bank,
    default_grader,
    find_rubric,
    load_bank_in_use,
    load_calibration,
    read_input,
)
from vivavoce.wiring.practice import build_history, build_practice, progress_in_use
from vivavoce.wiring.speech import build_transcriber

__all__ = [
    "BatchInput",
    "JudgeRun",
    "Settings",
    "StoredResults",
    "bank_path",
    "build_embedder",
    "build_grader",
    "build_history",
    "build_judging",
    "build_practice",
    "build_scorer",
    "build_sentences",
    "build_transcriber",
    "cache_folder",
    "checkup",
    "default_bank",
    "default_grader",
    "find_rubric",
    "load_bank_in_use",
    "load_calibration",
    "panel_alpha",
    "progress_in_use",
    "read_input",
    "settings",
    "stored_results",
]
