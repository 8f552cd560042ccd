"""What audio and video share: opening a file as what its name says, and a copy that every browser plays."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av

from .. import marks
from .output import CannotPreview, Output

# The reader is chosen by the mark of the content: left to itself, FFmpeg would also accept playlists that name other
# files and hosts.
READERS = {
    "mp4": ("mov",), "webm": ("matroska",), "avi": ("avi",), "mpg": ("mpeg", "mpegvideo"), "wmv": ("asf",),
    "flv": ("flv",), "mp3": ("mp3",), "wav": ("wav",), "ogg": ("ogg",), "flac": ("flac",), "aac": ("aac",),
    "aiff": ("aiff",),
}  # fmt: skip
# In the family of boxes; browsers may not know the others, for which they are sent a copy.
PLAYED_BRANDS = (
    "isom",
    "iso2",
    "iso3",
    "iso4",
    "iso5",
    "iso6",
    "mp41",
    "mp42",
    "avc1",
    "dash",
    "M4A ",
    "M4B ",
    "M4V ",
)
COVERS = {"mjpeg", "png", "bmp", "gif", "webp"}
DAMAGED = "The file is damaged or of a type that cannot be played here."
MAX_COPY_SECONDS = 15 * 60
MAX_COPY_SIDE_PIXELS = 1280
MAX_FRAME_PIXELS = 40_000_000
SOUND_RATE = 44_100
CLOCK = Fraction(1, 90_000)  # ticks a second of a copy, fine enough for any frame rate


@contextmanager
def opened(source: Path) -> Iterator[av.container.InputContainer]:
    """The file, opened as what its content is. Raises CannotPreview if decoders cannot read it."""
    try:
        with source.open("rb") as stored, _container(stored) as container:
            yield container
    except (av.FFmpegError, ValueError, EOFError, KeyError):
        raise CannotPreview(DAMAGED) from None


def _container(stored):
    *others, last = _readers(stored)
    for reader in others:
        try:
            container = av.open(stored, format=reader)
            if container.streams:
                return container
            container.close()
        except av.FFmpegError:
            pass
        stored.seek(0)
    return av.open(stored, format=last)


def _readers(stored) -> tuple[str, ...]:
    """The readers for the content. MPEG in packets, as broadcast, has a reader of its own; others cannot read it."""
    form = marks.form_of(stored)
    start = stored.read(3)
    stored.seek(0)
    return ("mpegts",) if form == "mpg" and start != b"\0\0\x01" else READERS[form]


def film(container):
    """The video stream that is the work; None if there is none, or only the cover of a song."""
    films = [video for video in container.streams.video if video.codec_context and not _is_cover(video)]
    best = container.streams.best("video")
    return best if best in films else max(films, key=lambda video: video.frames, default=None)


def _is_cover(video) -> bool:
    is_attached = bool(video.disposition & av.stream.Disposition.attached_pic)
    return is_attached or (video.codec_context.name in COVERS and video.frames == 1)


def is_of_browsers(container) -> bool:
    """Whether browsers accept the container, apart from what is in it."""
    brand = container.metadata.get("major_brand")
    return "mov" not in container.format.name.split(",") or brand in PLAYED_BRANDS


def duration_ms(container) -> int:
    """As the file says, or 0."""
    return max(0, (container.duration or 0) // 1000)


def frames(container, stream) -> Iterator:
    """Every frame that can be decoded; damaged ones are left out."""
    for packet in container.demux(stream):
        yield from _decoded(packet)


def is_too_long(length: int, output: Output, *, what: str, save_as: str) -> bool:
    """Whether `length` milliseconds are too many for a copy; if so, the file's page says so."""
    if length <= MAX_COPY_SECONDS * 1000:
        return False
    output.note(
        f"Browsers cannot play this kind of {what}, and it is longer than {MAX_COPY_SECONDS // 60} minutes, "
        f"so no copy to play was made. Download it, or save it as {save_as}."
    )
    return True


def copy(container, target: Path, output: Output, *, video=None, audio=None, rotation: int = 0) -> int:
    """Write what every browser plays: H.264 and AAC in an MP4 file that starts to play before all of it is loaded.

    Returns how long the copy is, in milliseconds.
    """
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        copies: dict = {}
        if video:
            copies[video.index] = _Pictures(out, video, rotation)
        if audio:
            copies[audio.index] = _Sounds(out)
        total = duration_ms(container)
        for packet in container.demux(*(stream for stream in (video, audio) if stream)):
            mine = copies[packet.stream.index]
            for frame in _decoded(packet):
                out.mux(mine.encode(frame))
            if video and total and packet.stream is video:
                output.progress(min(int(mine.seconds * 100_000 / total), 100), 100)
        for each in copies.values():
            out.mux(each.writer.encode(None))
    return int(max(each.seconds for each in copies.values()) * 1000)


def _decoded(packet) -> Iterator:
    """The frames of one packet; none if it is damaged."""
    try:
        yield from packet.decode()
    except av.error.InvalidDataError:
        return


class _Pictures:
    """The pictures of a copy, at screen size, each after the one before, whatever the file says."""

    def __init__(self, out, video, rotation: int):
        context = video.codec_context
        scale = min(1, MAX_COPY_SIDE_PIXELS / max(context.width, context.height))
        rate = min(video.average_rate or Fraction(25), Fraction(60))
        self.writer = out.add_stream("libx264", rate=rate)
        self.writer.width = max(2, int(context.width * scale) // 2 * 2)
        self.writer.height = max(2, int(context.height * scale) // 2 * 2)
        self.writer.pix_fmt = "yuv420p"
        self.writer.options = {"preset": "veryfast", "crf": "25"}
        self.writer.codec_context.time_base = CLOCK
        if rotation:
            self.writer.set_display_rotation(rotation)
        self.step = int(1 / (rate * CLOCK))
        self.first: float | None = None
        self.now = -1

    def encode(self, frame):
        moment = self.now + self.step if self.now >= 0 else 0
        if frame.time is not None:
            self.first = frame.time if self.first is None else self.first
            moment = int((frame.time - self.first) / CLOCK)
        self.now = max(moment, self.now + 1)
        fitting = frame.reformat(self.writer.width, self.writer.height, "yuv420p")
        fitting.pts, fitting.time_base = self.now, CLOCK
        return self.writer.encode(fitting)

    @property
    def seconds(self) -> float:
        return float((self.now + self.step) * CLOCK)


class _Sounds:
    """The audio of a copy, sample by sample."""

    def __init__(self, out):
        self.writer = out.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE)
        self.heard = 0

    def encode(self, frame) -> list:
        frame.pts = None
        packets = []
        for part in self.resampler.resample(frame):
            part.pts, part.time_base = self.heard, Fraction(1, SOUND_RATE)
            self.heard += part.samples
            packets += self.writer.encode(part)
        return packets

    @property
    def seconds(self) -> float:
        return self.heard / SOUND_RATE
