"""Copies of the checkout, each with databases of its own: what is changed in one is seen by its own tests alone."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

VAR = Path("var/mutants")
PYTEST = [sys.executable, "-m", "pytest", "-p", "bench.mutants.plugin", "-p", "no:cacheprovider", "-n", "0"]
READY = "mutants_ready"  # the database with its tables made, from which the others are copied
FIRST_TESTS = "tests/centres/test_ledger.py"  # make the tables by being run, and must pass


@dataclass(frozen=True)
class Copy:
    """One of them. `addresses`: DATABASE_URL and REDIS_URL of the servers that all share."""

    number: int
    addresses: dict[str, str]

    @property
    def folder(self) -> Path:
        return VAR / f"copy-{self.number}"

    @property
    def database(self) -> str:
        return f"test_mutants_{self.number}"

    def make(self) -> None:
        """As the checkout is now, what is not committed included."""
        shutil.rmtree(self.folder, ignore_errors=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if Path(name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(name, self.folder / name)
        (self.folder / ".venv").symlink_to(Path(".venv").absolute())

    def pytest(self, *arguments: str, seconds: float | None = None, **environment: str) -> int | None:
        """Run tests in this copy: pytest's exit status, or None when the time is over."""
        with (self.folder / "said").open("wb") as said:
            running = subprocess.Popen(
                [*PYTEST, *arguments],
                cwd=self.folder,
                env=os.environ | self._environment() | environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                return running.wait(seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
                running.wait()

    def _environment(self) -> dict[str, str]:
        redis = self.addresses["REDIS_URL"].replace("?db=0", f"?db={self.number}")
        url = self.addresses["DATABASE_URL"].replace("/portal?", f"/{self.database.removeprefix('test_')}?")
        return {
            "DATABASE_URL": url,
            "REDIS_URL": redis,
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",  # a changed module may have the size and second of the right one
        }

    def said(self) -> str:
        return (self.folder / "said").read_text(errors="replace")

    def make_tables(self) -> None:
        """Let the first tests make them, and keep them aside. Raises RuntimeError when those tests fail."""
        compileall = [sys.executable, "-m", "compileall", "-q", "-j", "1", "."]
        subprocess.run(compileall, cwd=self.folder, check=True)
        if self.pytest("--reuse-db", "--create-db", FIRST_TESTS):
            raise RuntimeError(self.said())

    def renew_database(self) -> None:
        """As it was when its tables had been made: no run sees what another left behind."""
        with self._server() as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {self.database} TEMPLATE {READY}")

    def keep_database(self) -> None:
        with self._server() as server:
            server.execute(f"DROP DATABASE IF EXISTS {READY} WITH (FORCE)")
            server.execute(f"ALTER DATABASE {self.database} RENAME TO {READY}")

    def _server(self) -> psycopg.Connection:
        return psycopg.connect(
            self.addresses["DATABASE_URL"].replace("/portal?", "/postgres?"), autocommit=True
        )
