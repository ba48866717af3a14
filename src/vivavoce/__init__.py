"""vivavoce scores answers to interview questions against rubrics and says why.

>>> from vivavoce import Answer, default_grader, default_bank
>>> rubric = default_bank().get("bias-variance")
>>> grade = default_grader().grade(rubric, Answer(question=rubric.id, text="..."))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Bank",
    "Grade",
    "Grader",
    "Results",
    "Rubric",
    "Ungraded",
    "Verdict",
    "VivaError",
    "__version__",
    "default_bank",
    "default_grader",
    "load_bank",
    "load_rubric",
    "render",
]

_HOMES = {
    "Answer": "vivavoce.core.answer",
    "Bank": "vivavoce.core.rubric",
    "Grade": "vivavoce.core.grade",
    "Grader": "vivavoce.services.grader",
    "Results": "vivavoce.core.results",
    "Rubric": "vivavoce.core.rubric",
    "Ungraded": "vivavoce.core.grade",
    "Verdict": "vivavoce.core.rubric",
    "VivaError": "vivavoce.errors",
    "default_bank": "vivavoce.wiring",
    "default_grader": "vivavoce.wiring",
    "load_bank": "vivavoce.adapters.rubric_files",
    "load_rubric": "vivavoce.adapters.rubric_files",
    "render": "vivavoce.reports",
}

if TYPE_CHECKING:
    from vivavoce.adapters.rubric_files import load_bank, load_rubric
    from vivavoce.core.answer import Answer
    from vivavoce.core.grade import Grade, Ungraded
    from vivavoce.core.results import Results
    from vivavoce.core.rubric import Bank, Rubric, Verdict
    from vivavoce.errors import VivaError
    from vivavoce.reports import render
    from vivavoce.services.grader import Grader
    from vivavoce.wiring import default_bank, default_grader


def __getattr__(name: str) -> Any:
    """Loads a public name on first use, so that `import vivavoce` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vivavoce' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)
