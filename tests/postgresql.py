"""A real PostgreSQL server on 127.0.0.1 for tests, where Debian's package is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
OWNERS = ("postgres", "nobody")
"""Accounts that run the server where the tests run as root, which PostgreSQL refuses to do."""


def tool(name: str) -> str | None:
    """Where a program of the server is; Debian keeps them out of the path."""
    found = sorted(DEBIAN.glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


class PostgresServer:
    """A server that any user of this machine may connect to.

    Raises:
        LookupError: PostgreSQL is not installed, or cannot run as this user.
    """

    def __init__(self) -> None:
        if not (tool("initdb") and tool("pg_ctl")):
            raise LookupError("PostgreSQL is not installed: apt-get install postgresql")
        self._owner = self._account()
        self._folder = Path(tempfile.mkdtemp(prefix="viva-pg-"))
        if self._owner:
            shutil.chown(self._folder, self._owner)
        self._data = self._folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-A", "trust", "-U", "viva", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()

    def database(self) -> str:
        """The URL of a new, empty database."""
        import psycopg

        name = f"db_{uuid.uuid4().hex}"
        address = f"viva@127.0.0.1:{self.port}"
        with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://{address}/{name}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self._folder} -F -c shared_buffers=16MB"
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stops it at once, as a crash would: connections end, what was committed stays."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        """Stops it, if it runs, and deletes its data."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, name: str, *args: str) -> None:
        subprocess.run(
            [str(tool(name)), "-D", str(self._data), *args],
            cwd=self._folder,
            user=self._owner,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    @staticmethod
    def _account() -> str | None:
        import pwd

        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        found = next((name for name in OWNERS if name in known), None)
        if found is None:
            raise LookupError("PostgreSQL does not run as root, and there is no other account")
        return found
