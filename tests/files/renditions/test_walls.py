"""The sandbox itself: a process inside it tries what it must not do, and what it must be able to do."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

TRIES = """
import json, socket, sys
from pathlib import Path
from portal.files import walls

source, folder, outside, meets_in, server = sys.argv[1:]
walls.put_up(Path(source), Path(folder), meets_in=Path(meets_in) if meets_in else None)

def refused(act):
    try:
        act()
    except OSError as refusal:
        return refusal.errno
    return 0

def connected():
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(server)

print(json.dumps({
    "internet": refused(lambda: socket.socket(socket.AF_INET)),
    "internet 6": refused(lambda: socket.socket(socket.AF_INET6)),
    "of this machine": refused(lambda: socket.socket(socket.AF_UNIX)),
    "connecting": refused(connected),
    "listening": refused(lambda: socket.socket(socket.AF_UNIX).bind(meets_in + "/own")) if meets_in else 0,
    "a file elsewhere": refused(lambda: open(outside).read()),
    "writing elsewhere": refused(lambda: open(outside, "w")),
    "removing elsewhere": refused(Path(outside).unlink),
    "the file": refused(lambda: open(source).read()),
    "writing to the file": refused(lambda: open(source, "a")),
    "its folder": refused(lambda: Path(folder, "page").write_text("page")),
}))
"""
NO_NETWORK, NOT_ALLOWED = 97, 13


@pytest.fixture
def tried(tmp_path):
    """The results of a sandboxed process: {attempt: errno, 0 if it succeeded}."""

    def found(meets_in: Path | str = "") -> dict[str, int]:
        for name in ("source", "outside"):
            (tmp_path / name).write_text("Words")
        (tmp_path / "folder").mkdir()
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(tmp_path / "server"))
            server.listen()
            places = [tmp_path / name for name in ("source", "folder", "outside")]
            arguments = [*map(str, places), str(meets_in), str(tmp_path / "server")]
            ended = subprocess.run(
                [sys.executable, "-c", TRIES, *arguments],
                cwd=settings.BASE_DIR,
                env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
                capture_output=True,
                text=True,
            )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return found


def test_a_maker_has_its_file_and_its_folder_and_nobody_to_call(tried):
    assert tried() == {
        "internet": NO_NETWORK,
        "internet 6": NO_NETWORK,
        "of this machine": NO_NETWORK,
        "connecting": NO_NETWORK,
        "listening": 0,
        "a file elsewhere": NOT_ALLOWED,
        "writing elsewhere": NOT_ALLOWED,
        "removing elsewhere": NOT_ALLOWED,
        "the file": 0,
        "writing to the file": NOT_ALLOWED,
        "its folder": 0,
    }


def test_who_must_may_make_a_socket_of_this_machine_and_no_more(tried, tmp_path):
    (tmp_path / "meets").mkdir()
    answers = tried(meets_in=tmp_path / "meets")
    assert (answers["of this machine"], answers["listening"]) == (0, 0)
    assert (answers["internet"], answers["internet 6"]) == (NO_NETWORK, NO_NETWORK)
    assert (answers["a file elsewhere"], answers["removing elsewhere"]) == (NOT_ALLOWED, NOT_ALLOWED)
