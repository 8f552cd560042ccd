"""Measure tus uploads from 1 MB to 2 GB: `make bench-upload`.

Compares throughput with a bare write through the same web servers, and shows the memory of the web workers and of the
worker that joins the parts. Starts its own portal with demo data, in which a candidate signs in and uploads audio
files in chunks, as the page does.
"""

import os
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from portal.local import stack, web
from portal.local.faults import people
from portal.local.faults.people import Candidate
from portal.local.processes import program, wait_until

VAR = Path("var/bench-upload")
FILES = VAR / "bare" / "files"
WAY_IN = "/work/0/uploads/"  # nginx passes on what is sent here without buffering
MEGABYTE = 1_000_000
SIZES = [1, 10, 100, 500, 1000, 2000]  # MB
SMALL, TURNS = 100, 5  # up to this many MB results vary a lot: show the median of this many turns
LEAST_CHUNK_BYTES, MOST_CHUNK_BYTES, CHUNKS = 8 * MEGABYTE, 64 * MEGABYTE, 3  # as the page sends a file
BLOCK = os.urandom(MEGABYTE)
LIMITS = {
    "DATABASE_URL": "", "REDIS_URL": "", "SITE_URL": "", "MEDIA_ROOT": "", "S3_BUCKET": "", "DEBUG": "",
    "RENDITION_SECONDS": "5",  # otherwise long waveforms would be drawn during the next upload
    "EVIDENCE_FILE_LIMIT_BYTES": str(3000 * MEGABYTE), "EVIDENCE_UNIT_LIMIT_BYTES": str(20_000 * MEGABYTE),
}  # fmt: skip


@program()
def main() -> None:
    with stack.running(VAR, env=LIMITS) as portal, bare_server() as bare:
        measure(portal.url, bare)


def measure(url: str, bare: httpx.Client) -> None:
    candidate = people.candidate(url)
    print("   size   portal  by tus      bare server   ratio   most memory: web  worker", flush=True)
    for size in SIZES:
        forget_peaks()
        times = [turn(candidate, bare, size * MEGABYTE) for _ in range(TURNS if size <= SMALL else 1)]
        seconds, plain = (median(way) for way in zip(*times, strict=True))
        print(
            f"{size:5d} MB  {seconds:6.2f} s {size / seconds:5.0f} MB/s  {plain:6.2f} s {size / plain:5.0f} MB/s"
            f"   {seconds / plain:4.2f}   {peak('portal.wsgi') / 1000:6.0f} MB  {peak('celery') / 1000:6.0f} MB",
            flush=True,
        )


def turn(candidate: Candidate, bare: httpx.Client, size: int) -> tuple[float, float]:
    """Seconds by tus and by the bare server, one after the other with nothing else running."""
    seconds = timed(lambda: send(candidate, size))
    wait_until(lambda: is_done_with(candidate), seconds=900, what="The worker")
    plain = timed(lambda: send_bare(bare, size))
    forget_bare()
    return seconds, plain


def timed(act: Callable[[], None]) -> float:
    """Seconds, timed from when the disk has finished writing what came before."""
    os.sync()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


# --- The bytes ------------------------------------------------------------------------------------


def sound(size: int, first: int, last: int) -> Iterator[bytes]:
    """Bytes `first` to `last` (exclusive) of an audio file of `size` bytes, never all in memory."""
    header = (
        b"RIFF"
        + struct.pack("<I", size - 8)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    )
    header += b"data" + struct.pack("<I", size - 44)
    place = first
    if place < len(header):
        yield header[place : min(last, len(header))]
        place = min(last, len(header))
    while place < last:
        start = place % MEGABYTE
        block = BLOCK[start : start + last - place]
        yield block
        place += len(block)


def chunks(size: int) -> Iterator[tuple[int, int]]:
    length = min(max(LEAST_CHUNK_BYTES, -(-size // CHUNKS)), MOST_CHUNK_BYTES)
    for first in range(0, size, length):
        yield first, min(first + length, size)


# --- Uploading ------------------------------------------------------------------------------------


def send(candidate: Candidate, size: int) -> None:
    address = candidate.begin(f"sound-{size}.wav", size)
    for first, last in chunks(size):
        candidate.append(address, first, sound(size, first, last), last - first)


def is_done_with(candidate: Candidate) -> bool:
    """Whether no upload to the unit is in progress and no preview is being made."""
    page = candidate.client.get(candidate.unit).text
    return "data-poll" not in page and "preview is being made" not in page


@contextmanager
def bare_server() -> Iterator[httpx.Client]:
    """A client for the bare server, which runs behind the portal's own web servers at the address for uploads."""
    (VAR / "bare").mkdir(parents=True, exist_ok=True)
    FILES.mkdir(exist_ok=True)
    settings = {**os.environ, "BARE_FOLDER": str(FILES.resolve())}
    with (
        TemporaryDirectory(prefix="bare-") as sockets,
        web.listening(0) as line,
        web.serving(line, VAR.resolve() / "bare", Path(sockets), settings, "bench.bare:application"),
        httpx.Client(base_url=web.url_of(line), timeout=120) as client,
    ):
        wait_until(lambda: answers(client), seconds=20, what="The bare server")
        forget_bare()
        yield client


def forget_bare() -> None:
    for file in FILES.iterdir():
        file.unlink()


def answers(bare: httpx.Client) -> bool:
    try:
        return bare.post(WAY_IN).status_code == 204
    except httpx.TransportError:
        return False


def send_bare(bare: httpx.Client, size: int) -> None:
    """The same chunks to the bare server, one after the other."""
    for first, last in chunks(size):
        length = {"Content-Length": str(last - first)}
        bare.patch(WAY_IN, headers=length, content=sound(size, first, last)).raise_for_status()


# --- Memory ---------------------------------------------------------------------------------------


def processes(words: str) -> list[int]:
    """Ids of the processes whose command line contains `words`."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if words.encode() in line.read_bytes():
                found.append(int(line.parent.name))
    return found


def forget_peaks() -> None:
    """Reset the kernel's count of each process's peak memory."""
    for key in [*processes("portal.wsgi"), *processes("celery")]:
        Path(f"/proc/{key}/clear_refs").write_text("5")


def peak(words: str) -> int:
    """The highest peak memory, in kB, of any of these processes since then."""
    return max(_peak_of(key) for key in processes(words))


def _peak_of(key: int) -> int:
    status = Path(f"/proc/{key}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


if __name__ == "__main__":
    sys.exit(main())
