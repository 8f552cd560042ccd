"""Processes that die are restarted, after a growing pause; logs are kept and rotated."""

import errno
import io
import re
import shutil
import signal
import sys
import time

import pytest

from portal.local import processes, supervision
from portal.local.processes import child

SLEEPER = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(processes, "STARTED", [])
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(supervision, "LONGEST_PAUSE_SECONDS", 0.3)


def until(condition, seconds=5):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_killed_child_is_started_again_and_stays_stopped_after_the_block(tmp_path):
    log = tmp_path / "log" / "sleeper.log"
    with supervision.supervision() as supervisor:
        with child("The sleeper", SLEEPER, log=log) as sleeper:
            supervisor.begun.set()
            first = sleeper.process
            until(lambda: log.read_text() == "begun\n")
            first.send_signal(signal.SIGKILL)
            until(lambda: sleeper.process is not first and sleeper.is_running)
            until(lambda: log.read_text() == "begun\nbegun\n")  # nothing from the first is lost
            last = sleeper.process
        time.sleep(0.3)
        assert last.poll() is not None
        assert sleeper.process is last


def test_pause_doubles_up_to_the_longest_and_is_forgotten_after_a_long_life(tmp_path, monkeypatch, capsys):
    said = ""
    with (
        supervision.supervision() as supervisor,
        child("Short", ["false"], log=tmp_path / "short.log") as short,
    ):
        supervisor.begun.set()

        def announced() -> list[str]:
            nonlocal said
            said += capsys.readouterr().err
            return re.findall(r"Restarting it in (\S+) s", said)

        until(lambda: len(announced()) >= 5)
        assert announced()[:5] == ["0.1", "0.2", "0.3", "0.3", "0.3"]
        monkeypatch.setattr(supervision, "LONG_ALIVE_SECONDS", 0)
        short.command = SLEEPER
        until(lambda: short not in supervisor.pauses)


def test_pause_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.3)
    with (
        supervision.supervision() as supervisor,
        child("Short", ["false"], log=tmp_path / "short.log") as short,
    ):
        first, began = short.process, time.monotonic()
        supervisor.begun.set()
        until(lambda: short.process is not first)
        assert time.monotonic() - began >= 0.3


def test_lost_log_and_lost_terminal_end_no_supervision(tmp_path, monkeypatch):
    """Even if somebody deletes the logs and nobody reads the output, processes that die are restarted."""
    log = tmp_path / "log" / "sleeper.log"
    monkeypatch.setattr(sys, "stderr", Deaf())
    with supervision.supervision() as supervisor, child("The sleeper", SLEEPER, log=log) as sleeper:
        supervisor.begun.set()
        until(lambda: log.read_text() == "begun\n")
        shutil.rmtree(log.parent)
        time.sleep(0.1)
        first = sleeper.process
        first.send_signal(signal.SIGKILL)
        until(lambda: sleeper.process is not first and sleeper.is_running)
        until(lambda: log.read_text() == "begun\n")


class Deaf(io.StringIO):
    """A terminal that was closed."""

    def write(self, words):
        raise BrokenPipeError


def test_nothing_is_started_again_before_the_portal_answers(tmp_path):
    with supervision.supervision(), child("Short", ["false"], log=tmp_path / "short.log") as short:
        first = short.process
        time.sleep(0.3)
        assert short.process is first


def test_large_log_is_kept_under_another_name_and_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(supervision, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "talker.log"
    with child("The talker", ["cat"], log=log) as talker:
        for words in ("first words\n", "second words\n", "third words\n", "fourth words\n", "short\n"):
            with log.open("a") as file:
                file.write(words)
            supervision.turn_over(talker)
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "talker.log": "short\n",
        "talker.log.1": "fourth words\n",
        "talker.log.2": "third words\n",
        "talker.log.3": "second words\n",
    }


def test_full_disk_loses_no_log(tmp_path, monkeypatch):
    monkeypatch.setattr(supervision, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "talker.log"
    with child("The talker", ["cat"], log=log) as talker:
        for words in ("first words\n", "second words\n"):
            log.write_text(words)
            supervision.turn_over(talker)
        log.write_text("third words\n")

        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(shutil, "copyfile", full)
        for _ in range(5):
            with pytest.raises(OSError, match="No space"):
                supervision.turn_over(talker)
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "talker.log": "third words\n",
        "talker.log.1": "second words\n",
        "talker.log.2": "first words\n",
    }


def test_last_words_are_those_since_the_last_start(tmp_path):
    log = tmp_path / "child.log"
    log.write_text("FATAL: of yesterday\n")
    with child("The child", ["sh", "-c", "echo an error of today; false"], log=log) as started:
        started.process.wait()
        assert started.last_words() == "an error of today"
