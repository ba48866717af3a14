"""Who may use the page: hosts, origins, tokens, headers, and what `viva serve` refuses."""

from __future__ import annotations

import socket

import pytest
from tests.web.conftest import SAID, Client, serving

from vivavoce.errors import SettingsError
from vivavoce.web.guard import host_name
from vivavoce.web.server import check_host, serve
from vivavoce.wiring.serving import Parts

GOOD = {"question": "bias-variance", "answer": SAID}
TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8000", "localhost"),
        ("LOCALHOST", "localhost"),
        ("[::1]:8000", "::1"),
        ("::1", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
    ],
)
def test_host_names_are_read(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80"])
def test_a_foreign_host_is_dns_rebinding(client: Client, host: str) -> None:
    assert client.send("/", headers={"Host": host}).status == 421
    assert client.post("/api/grade", GOOD, headers={"Host": host}).status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_posts_from_other_sites_are_refused(client: Client, headers: dict[str, str]) -> None:
    assert client.post("/api/attempts", GOOD, headers=headers).status == 403


def test_the_pages_own_posts_are_taken(client: Client) -> None:
    own = {"Origin": client.url, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/grade", GOOD, headers=own).status == 200


@pytest.mark.parametrize("path", ["/", "/progress", "/api/questions", "/static/view.js", "/none"])
def test_every_reply_carries_the_policy(client: Client, path: str) -> None:
    headers = client.send(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/app.py", "/reports/..%2f.."]
)
def test_no_path_reaches_the_file_system(client: Client, path: str) -> None:
    assert client.send(path).status == 404


def test_a_token_is_asked_for_taken_once_and_kept_in_a_cookie(parts: Parts) -> None:
    with serving(parts, token=TOKEN, hosts=("*",)) as client:
        assert client.send("/").status == 401
        assert client.post("/api/grade", GOOD).status == 401
        assert client.send("/?token=wrong").status == 401
        assert client.send(f"/api/questions?token={TOKEN}").status == 401
        entered = client.send(f"/?token={TOKEN}")
        assert (entered.status, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert "httponly" in cookie.lower()
        assert "samesite=strict" in cookie.lower()
        name_and_value = cookie.partition(";")[0]
        assert client.send("/", headers={"Cookie": name_and_value}).status == 200
        bearer = {"Authorization": f"Bearer {TOKEN}", "Host": "viva.example"}
        assert client.post("/api/grade", GOOD, headers=bearer).status == 200
        assert client.send("/", headers={"Authorization": "Bearer é"}).status == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.5"])
def test_loopback_needs_no_token(host: str) -> None:
    check_host(host, "")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_other_addresses_need_one(host: str) -> None:
    with pytest.raises(SettingsError, match="needs --token"):
        check_host(host, "")
    check_host(host, TOKEN)


def test_a_short_token_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 16"):
        check_host("0.0.0.0", "secret")


def test_a_port_in_use_is_told(parts: Parts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match="another --port"):
            serve(parts, host="127.0.0.1", port=port)
