"""A new rubric: it loads, it says what is left to do, and it harms no file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from vivavoce.adapters.rubric_files import load_bank, load_rubric
from vivavoce.adapters.rubric_skeleton import new_rubric, next_number, skeleton
from vivavoce.cli import app
from vivavoce.core.bank_lint import EXEMPLARS, lint_rubric
from vivavoce.core.rubric import Rubric
from vivavoce.errors import RubricError, SettingsError


def test_a_skeleton_loads_and_lists_what_is_left_and_nothing_else(tmp_path: Path) -> None:
    rubric = load_rubric(new_rubric("gradient-descent", bank=tmp_path))
    assert (rubric.id, rubric.number) == ("gradient-descent", 1)
    found = lint_rubric(rubric)
    assert {f.severity for f in found} == {"error"}
    assert all("still to be written" in f.message for f in found)
    assert {f.field.split(".")[0] for f in found} == {
        "question",
        "asked_as",
        "reference",
        "criteria",
        "misconceptions",
        "follow_ups",
        "reading",
        "exemplars",
    }


def test_a_skeleton_has_a_place_for_everything() -> None:
    rubric = Rubric.model_validate(yaml.safe_load(skeleton("a", 7)))
    assert rubric.number == 7
    assert Counter(e.level for e in rubric.exemplars) == EXEMPLARS


def test_a_skeleton_teaches_every_field() -> None:
    comments = "\n".join(
        line.partition("#")[2] for line in skeleton("a", 1).splitlines() if "#" in line
    )
    taught = "points statement accept reject heard_as correction score verdicts misconceptions"
    for word in [*taught.split(), "knowledge", "open", "met", "partly", "missed", "contradicted"]:
        assert word in comments


@given(st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}", fullmatch=True))
def test_any_id_is_read_back_as_text(name: str) -> None:
    assert yaml.safe_load(skeleton(name, 1))["id"] == name


@pytest.mark.parametrize("name", ["on", "no", "null", "123", "1e3", "2024-01-01", "0x1f", "0o7"])
def test_ids_that_yaml_takes_for_something_else(tmp_path: Path, name: str) -> None:
    assert load_rubric(new_rubric(name, bank=tmp_path)).id == name


def test_numbers_go_on_from_the_highest(tmp_path: Path) -> None:
    assert next_number(tmp_path) == 1
    for name, head in {
        "a.yaml": "number: 4",
        "sub/b.yml": "number: '12'  # twelve",
        "c.yaml": "number: many",
        "d.md": "number: 99",
        "e.yaml": "id: [broken",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(head + "\n", encoding="utf-8")
    assert next_number(tmp_path) == 13
    assert next_number(tmp_path, apart_from=tmp_path / "sub" / "b.yml") == 5
    assert load_rubric(new_rubric("f", bank=tmp_path)).number == 13


def test_several_new_rubrics_make_a_bank(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        new_rubric(name, bank=tmp_path / "deep" / "bank")
    assert [r.id for r in load_bank(tmp_path / "deep").rubrics] == ["one", "two", "three"]


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = new_rubric("a", bank=tmp_path)
    path.write_text("id: a\nnumber: 1\n# mine", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"a\.yaml: exists already.*--force"):
        new_rubric("a", bank=tmp_path)
    assert path.read_text(encoding="utf-8").endswith("# mine")
    assert load_rubric(new_rubric("a", bank=tmp_path, force=True)).number == 1


def test_an_id_of_another_file_is_refused(tmp_path: Path) -> None:
    new_rubric("a", output=tmp_path / "other.yaml")
    with pytest.raises(RubricError, match=r"other\.yaml: id: 'a' is taken"):
        new_rubric("a", bank=tmp_path, force=True)
    assert not (tmp_path / "a.yaml").exists()


def test_an_id_that_is_another_rubrics_number_is_free(tmp_path: Path) -> None:
    new_rubric("a", bank=tmp_path)
    assert load_rubric(new_rubric("1", bank=tmp_path)).number == 2


@pytest.mark.parametrize("name", ["", "Big", "a_b", "a--b", "-a", "../a", "a/b", "a\n", "x" * 61])
def test_what_is_no_id(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is no id"):
        new_rubric(name, bank=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_hold_a_rubric(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for told, where in {
        "is a file; a new rubric needs a folder": {"bank": file},
        "is a folder; give -o a file name": {"output": tmp_path},
        "ends in .yaml": {"output": tmp_path / "a.txt"},
        "no such folder": {"output": tmp_path / "gone" / "a.yaml"},
        "cannot be written": {"bank": file / "below"},
    }.items():
        with pytest.raises(SettingsError, match=told):
            new_rubric("a", bank=where.get("bank"), output=where.get("output"))


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["bank", "new", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        return 1, str(result.exception)
    return result.exit_code, result.stderr


def test_the_command_writes_where_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIVA_BANK", raising=False)
    status, told = run("a")
    assert status == 0
    assert told == "Wrote a.yaml\nFill it in, then run: viva bank check --bank a.yaml\n"
    assert load_rubric(tmp_path / "a.yaml").id == "a"


def test_the_command_writes_to_the_bank_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIVA_BANK", str(tmp_path / "my bank"))
    status, told = run("a")
    assert status == 0
    assert f"--bank '{tmp_path / 'my bank' / 'a.yaml'}'" in told
    assert run("b", "-o", "b.yaml")[0] == 0
    assert load_rubric(tmp_path / "b.yaml").id == "b"
    assert run("a")[0] == 1
    assert run("a", "--force")[0] == 0


def test_the_command_takes_one_place_only(tmp_path: Path) -> None:
    status, told = run("a", "--bank", str(tmp_path), "-o", str(tmp_path / "a.yaml"))
    assert status == 1
    assert "give one of them" in told
