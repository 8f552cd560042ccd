"""Saving, reading, listing and deleting work the same on a local folder and on S3."""

import hashlib
import os
import random
import socket
import time
import tracemalloc
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from django.core.files.base import ContentFile, File
from django.utils import timezone
from storages.backends.s3 import S3Storage

from portal.files import storage

CONTENT = bytes(range(256)) * 4000  # a megabyte in which every byte shows its position


def saved(store, name: str = "evidence/1/plan", content: bytes = CONTENT) -> str:
    return store.save(name, ContentFile(content))


def test_what_was_saved_is_read_and_then_deleted(store):
    name = saved(store)
    assert b"".join(storage.blocks(store, name)) == CONTENT
    with store.open(name, "rb") as handle:
        handle.seek(70_000)
        assert handle.read(5) == CONTENT[70_000:70_005]
    store.delete(name)
    assert not store.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.blocks(store, name)
    with pytest.raises(FileNotFoundError):
        storage.facts(store, name)


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (0, 99), (70_000, 799_999), (1_023_999, 1_023_999), (500_000, None)]
)
def test_part_of_a_file(store, first, last):
    name = saved(store)
    end = None if last is None else last + 1
    assert b"".join(storage.blocks(store, name, first, last)) == CONTENT[first:end]


def test_facts(store):
    name = saved(store)
    found = storage.facts(store, name)
    assert (found.name, found.size_bytes) == (name, len(CONTENT))
    assert abs(timezone.now() - found.modified_at) < timedelta(seconds=60)


def test_name_that_is_taken_is_never_written_over(store):
    first = saved(store, "evidence/1/plan.txt", b"first")
    second = saved(store, "evidence/1/plan.txt", b"second")
    assert first != second
    assert [b"".join(storage.blocks(store, name)) for name in (first, second)] == [b"first", b"second"]


@pytest.mark.parametrize("name", ["Siân’s poster.txt", "故事板.txt", "a+b & c%20d #1?.txt", "🎬.txt"])
def test_names_in_any_script_come_back_as_they_were(store, name):
    stored = saved(store, f"evidence/ü/{name}", b"words")
    assert b"".join(storage.blocks(store, stored)) == b"words"
    assert [(found.name, found.size_bytes) for found in storage.every(store)] == [(stored, 5)]


def test_every_file_is_listed_once_with_its_facts(store):
    names = {saved(store, f"{folder}/{number}", b"x" * number) for folder in "ab" for number in range(1, 5)}
    names.add(saved(store, "a/deep/er/file", b"deep"))
    assert {found.name for found in storage.every(store)} == names
    assert {(found.name, found.size_bytes) for found in storage.every(store, "a")} == {
        ("a/1", 1), ("a/2", 2), ("a/3", 3), ("a/4", 4), ("a/deep/er/file", 4)
    }  # fmt: skip
    assert list(storage.every(store, "nothing-here")) == []


@pytest.mark.s3
def test_listing_goes_on_past_what_one_answer_holds(s3, monkeypatch):
    monkeypatch.setattr(storage, "LISTED_AT_ONCE", 3)
    names = {saved(s3, f"many/{number}", b"x") for number in range(10)}
    assert {found.name for found in storage.every(s3, "many")} == names


class Film(File):
    """A file of `size` bytes that is never in memory, with its SHA-256 as it is read."""

    def __init__(self, size: int):
        super().__init__(None, name="film")
        self.size = self.left = size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = b"0123456789abcdef" * (min(self.left, size) // 16)
        self.left -= len(block)
        self.digest.update(block)
        return block

    def seekable(self) -> bool:
        return False

    def chunks(self, chunk_size=None):
        while block := self.read(chunk_size or self.DEFAULT_CHUNK_SIZE):
            yield block


@pytest.mark.s3
def test_store_that_does_not_answer_is_not_waited_for_long(s3, settings):
    found = s3.connection.meta.client.meta.config
    attempts = found.retries["total_max_attempts"]
    assert (found.connect_timeout, found.read_timeout, attempts) == (3, 20, 2)
    options = dict(settings.STORAGES["default"]["OPTIONS"])
    options["client_config"] = options["client_config"].merge(Config(read_timeout=0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts the connection and says nothing
        options["endpoint_url"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ReadTimeoutError):
            S3Storage(**options).exists("site.zip")


def test_file_is_looked_into_here_and_there_by_its_blocks(store, monkeypatch):
    content = random.Random(0).randbytes(3 * storage.BLOCK_BYTES + 5)
    name = saved(store, "site.zip", content)
    asked = []
    blocks = storage.blocks
    monkeypatch.setattr(storage, "blocks", lambda *args: asked.append(args[2:]) or blocks(*args))
    with storage.seekable(store, name, len(content)) as file:
        assert (file.seek(0, 2), file.read(9)) == (len(content), b"")
        assert (file.seek(-5, 2), file.read()) == (len(content) - 5, content[-5:])
        across = storage.BLOCK_BYTES - 3
        assert (file.seek(across), file.read(9), file.tell()) == (
            across,
            content[across : across + 9],
            across + 9,
        )
        assert file.read(2) == content[across + 9 : across + 11]
        with pytest.raises(OSError, match="before the start"):
            file.seek(-len(content) - 1, 2)
        whole = file.seek(0), file.read()
    assert whole == (0, content)
    first, second, third, last = (
        (n * storage.BLOCK_BYTES, (n + 1) * storage.BLOCK_BYTES - 1) for n in range(4)
    )
    assert asked == [(last[0], len(content) - 1), first, second, third]


def test_big_file_goes_in_and_out_in_blocks(store):
    film = Film(64 * 1024 * 1024)
    tracemalloc.start()
    name = store.save("evidence/1/film", film)
    before = tracemalloc.get_traced_memory()[0]  # S3's client keeps a part or two that it sent
    tracemalloc.reset_peak()
    digest = hashlib.sha256()
    for block in storage.blocks(store, name):
        digest.update(block)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert digest.hexdigest() == film.digest.hexdigest()
    assert storage.facts(store, name).size_bytes == film.size
    assert most - before < 4 * 1024 * 1024


@pytest.mark.s3
def test_signed_link_answers_with_the_headers_it_was_made_with(s3):
    name = saved(s3, "evidence/1/page.html", b"<script>alert(1)</script>")
    link = storage.link(
        s3, name, disposition='attachment; filename="page.html"', media_type="application/octet-stream"
    )
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"<script>alert(1)</script>"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
        assert answer.headers["Content-Type"] == "application/octet-stream"
    part = urllib.request.Request(link, headers={"Range": "bytes=8-14"})
    with urllib.request.urlopen(part) as answer:
        assert (answer.status, answer.read()) == (206, b"alert(1")


def status(link: str) -> int:
    try:
        with urllib.request.urlopen(link) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.mark.s3
def test_link_that_was_changed_or_has_expired_is_refused(s3):
    name = saved(s3)
    link = s3.url(name)
    assert status(link) == 200
    assert status(link.replace("plan", "plot")) == 403
    assert status(link[:-1] + ("0" if link[-1] != "0" else "1")) == 403
    short = s3.url(name, expire=1)
    assert status(short) == 200
    time.sleep(2)
    assert status(short) == 403


def test_a_file_and_its_name_are_on_the_disk_before_a_row_can_say_so(tmp_path, monkeypatch):
    """First the content, under another name; then its name; then every new folder."""
    done = []
    fsync, rename = os.fsync, Path.rename

    def synced(handle):
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        done.append("content" if path.name.startswith(".") else str(path.relative_to(tmp_path)))
        fsync(handle)

    def renamed(path, target):
        done.append("named")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    kept = storage.Folder(location=tmp_path)
    assert kept.save("files/2026/plan", ContentFile(b"My plan")) == "files/2026/plan"
    assert done[:2] == ["content", "named"]
    assert sorted(done[2:]) == [".", "files", "files/2026"]
    assert (tmp_path / "files/2026/plan").read_bytes() == b"My plan"
