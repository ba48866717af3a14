"""The API against its own description, with requests that schemathesis makes up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.web.conftest import SAID, with_store  # noqa: E402

from vivavoce.testing import MemoryStore, ScriptedTranscriber  # noqa: E402
from vivavoce.web.app import make_app  # noqa: E402
from vivavoce.wiring.serving import Parts  # noqa: E402

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HOST = {"Host": "localhost"}
ROUTES = [
    "GET /api/draw",
    "GET /api/history",
    "GET /api/questions",
    "POST /api/attempts",
    "POST /api/attempts/recording",
    "POST /api/grade",
    "POST /api/grade/recording",
    "POST /api/listen",
    "POST /api/transcribe",
    "POST /api/transcripts",
]


@pytest.fixture(scope="module")
def described(base_parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Any:
    parts = with_store(base_parts, MemoryStore(), tmp_path_factory.mktemp("fuzzed"))
    app = make_app(parts._replace(transcriber=ScriptedTranscriber(otherwise=SAID)))
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HOST)


def test_every_route_is_described(described: Any) -> None:
    assert {o.ok().label for o in described.get_all_operations()} == set(ROUTES)


@pytest.mark.parametrize("label", ROUTES)
def test_the_api_keeps_to_its_description(described: Any, label: str) -> None:
    (operation,) = (o.ok() for o in described.get_all_operations() if o.ok().label == label)

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def keeps(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=HOST)

    keeps()
