"""The shipped bank holds to its own standard, and so does the rubric that the docs build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vivavoce.adapters.onnx_minilm import OnnxMiniLM
from vivavoce.adapters.resources import resource
from vivavoce.adapters.rubric_files import load_bank, load_rubric, rubric_files
from vivavoce.core.rubric import Bank, Category, Kind
from vivavoce.services.bank_check import CheckReport, check_bank, length_correlation

GUIDE = Path(__file__).parent.parent / "docs" / "write-a-rubric.md"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank(resource("rubrics") / "machine-learning")


@pytest.fixture(scope="module")
def report(bank: Bank, minilm: OnnxMiniLM) -> CheckReport:
    return check_bank(bank, minilm)


def test_there_are_51_rubrics_numbered_from_1(bank: Bank) -> None:
    assert [r.number for r in bank.rubrics] == list(range(1, 52))
    assert {r.category for r in bank.rubrics} == set(Category)
    assert {r.kind for r in bank.rubrics} == set(Kind)


def test_each_file_is_named_after_its_id() -> None:
    for path in rubric_files(resource("rubrics") / "machine-learning"):
        assert load_rubric(path).id == path.stem


def test_the_check_finds_no_error(report: CheckReport) -> None:
    assert [f for f in report.findings if f.severity == "error"] == []
    assert len(report.rows) == 51


def test_warnings_are_few(report: CheckReport) -> None:
    assert len(report.findings) <= 10, "\n".join(map(str, report.findings))


def test_length_does_not_give_the_level_away(bank: Bank) -> None:
    found = length_correlation(bank.rubrics)
    assert found is not None
    assert abs(found) < 0.3


def test_the_rubric_of_the_guide_lacks_only_exemplars(tmp_path: Path, minilm: OnnxMiniLM) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "gradient-descent.yaml"
    path.write_text("".join(blocks), encoding="utf-8")
    rubric = load_rubric(path)
    (found,) = check_bank(Bank(rubrics=(rubric,)), minilm).findings
    assert (found.severity, found.field) == ("error", "exemplars")
    assert " ".join(found.message.split()) in " ".join(GUIDE.read_text(encoding="utf-8").split())
