"""How fast the door sends 100 MB, whole and in parts, and how much memory it needs: `python -m bench.storage`.

For comparison, the same file is read from disk without the portal. The bytes never leave this process, so this
measures the portal and not the network.
"""

import os
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

SIZE = 100_000_000
PART = 1_000_000


def measured(what: str, send: Callable[[], Iterable[bytes]]) -> float:
    """Send it twice: once timed, once counting memory, which is slower. Returns the seconds."""
    began = time.perf_counter()
    sent = sum(map(len, send()))
    seconds = time.perf_counter() - began
    tracemalloc.start()
    for _ in send():
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"  {what:<28} {sent / 1e6 / seconds:8.0f} MB/s   {most / 1e6:6.2f} MB held at most")
    assert sent == SIZE, sent  # noqa: S101
    return seconds


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring")
    import django

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))


def measure(folder: Path) -> None:
    from django.core.files.storage import FileSystemStorage
    from django.test import RequestFactory

    from portal.files import door

    (folder / "film").write_bytes(os.urandom(PART) * (SIZE // PART))
    stored = SimpleNamespace(storage=FileSystemStorage(folder), name="film")

    def from_disk() -> Iterable[bytes]:
        with (folder / "film").open("rb") as handle:
            while block := handle.read(256 * 1024):
                yield block

    def by_the_door(**headers: str) -> Iterable[bytes]:
        # Shown in the page, which is not recorded: writing an audit row is not part of throughput.
        request = RequestFactory().get("/", headers=headers)
        return door.send(
            request, stored, name="film.mp4", media_type="video/mp4", subject=None, inline=True
        ).streaming_content

    def by_parts() -> Iterable[bytes]:
        for first in range(0, SIZE, PART):
            yield from by_the_door(range=f"bytes={first}-{first + PART - 1}")

    print(f"A file of {SIZE / 1e6:.0f} MB")
    bare = measured("read from the disk", from_disk)
    for what, send in (("whole, by the door", by_the_door), (f"in parts of {PART / 1e6:.0f} MB", by_parts)):
        print(f"  {'':<28} {measured(what, send) / bare:8.2f} times as long")


if __name__ == "__main__":
    main()
