"""What `__all__` says can be imported, and importing is light."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import vivavoce
from vivavoce.errors import MissingExtraError

HEAVY = ("matplotlib", "onnxruntime", "openai", "sentence_transformers", "torch")
MODULES = ["vivavoce"] + sorted(
    module.name
    for module in pkgutil.walk_packages(vivavoce.__path__, "vivavoce.", onerror=lambda _: None)
    if not module.name.endswith("__main__")
)


def load(name: str) -> ModuleType:
    """The module; a test of one whose optional extra is absent is skipped."""
    try:
        return importlib.import_module(name)
    except MissingExtraError as exc:
        pytest.skip(str(exc))
    except ModuleNotFoundError as exc:
        if exc.name and exc.name.split(".")[0] != "vivavoce":
            pytest.skip(f"{exc.name} of an optional extra is not installed")
        raise


def rank(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, each by name: the order ruff's RUF022 keeps."""
    if name.isupper():
        return 0, name
    return (1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", MODULES)
def test_all_is_sorted_and_can_be_imported(name: str) -> None:
    module = load(name)
    public = getattr(module, "__all__", None)
    if public is None:
        pytest.skip("a module without __all__")

    assert public == sorted(set(public), key=rank)
    assert [n for n in public if not hasattr(module, n)] == []


@pytest.mark.parametrize("name", vivavoce.__all__)
def test_the_top_level_gives_every_public_name(name: str) -> None:
    scope: dict[str, object] = {}
    exec(f"from vivavoce import {name}", scope)

    assert scope[name] is getattr(vivavoce, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'grade_everything'"):
        vivavoce.grade_everything  # noqa: B018


def test_the_walk_sees_the_whole_package() -> None:
    folder = Path(vivavoce.__file__).parent
    files = [p.relative_to(folder.parent).with_suffix("") for p in folder.rglob("*.py")]
    names = {".".join(p.parts).removesuffix(".__init__") for p in files}

    assert set(MODULES) == {n for n in names if not n.endswith("__main__")}


@pytest.mark.parametrize("name", ["vivavoce", "vivavoce.cli"])
def test_importing_loads_nothing_heavy(name: str) -> None:
    code = f"import json, sys, {name}; print(json.dumps(sorted(sys.modules)))"
    paths = [str(Path(vivavoce.__file__).parent.parent), *filter(None, sys.path)]

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )

    loaded = set(json.loads(done.stdout))
    assert name in loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize(("given", "used"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_the_command_has_numpy_use_one_thread(given: dict[str, str], used: str) -> None:
    code = (
        "import os, sys\n"
        "from vivavoce.cli import main\n"
        "assert 'numpy' not in sys.modules\n"
        "try: main()\n"
        "finally: print(os.environ['OPENBLAS_NUM_THREADS'])\n"
    )
    clean = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}

    done = subprocess.run(
        [sys.executable, "-c", code, "--version"],
        capture_output=True,
        text=True,
        check=True,
        env={**clean, **given, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )

    assert done.stdout.split()[-1] == used
