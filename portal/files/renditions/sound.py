"""Audio: its length, its loudness over time as a picture, and a copy where browsers cannot play the file itself."""

from array import array
from pathlib import Path

import av
from PIL import Image, ImageDraw

from . import media
from .output import CannotPreview, Output

CODECS = {
    "mp3": {"mp3", "mp3float"},
    "m4a": {"aac"},
    "mp4": {"aac"},
    "ogg": {"vorbis", "opus", "flac"},
    "oga": {"vorbis", "opus", "flac"},
    "opus": {"opus"},
    "wav": {"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"},
}
RATE = 8000  # samples a second, enough to show how loud it is
SLICE = 400  # samples, a twentieth of a second
BARS, BAR, HEIGHT = 240, 5, 160
INK, PAPER = "#8fd3d1", "#233637"


def make(source: Path, ending: str, output: Output) -> None:
    """Show the audio, or the video if the file is one despite its name."""
    from . import video

    with media.opened(source) as container:
        audio, film = container.streams.best("audio"), media.film(container)
        if film is None:
            _hear(source, container, audio, ending, output)
    if film is not None:
        video.make(source, ending, output)


def _hear(source: Path, container, audio, ending: str, output: Output) -> None:
    if audio is None or audio.codec_context is None:
        raise CannotPreview("There is no audio in this file.")
    plays = audio.codec_context.name in CODECS.get(ending, set()) and media.is_of_browsers(container)
    peaks = _peaks(container, audio, output)
    if not peaks:
        raise CannotPreview(media.DAMAGED)
    length = media.duration_ms(container) or len(peaks) * SLICE * 1000 // RATE
    output.facts(duration_ms=length, plays_itself=plays)
    _waveform(peaks, output)
    if not plays:
        _copy(source, length, output)


def _peaks(container, audio, output: Output) -> list[int]:
    """The loudest sample of each slice, 0 to 32,768."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    peaks: list[int] = []
    waiting = array("h")
    total = media.duration_ms(container)
    for frame in media.frames(container, audio):
        for mono in resampler.resample(frame):
            waiting.frombytes(bytes(mono.planes[0])[: mono.samples * 2])
        while len(waiting) >= SLICE:
            peaks.append(_loudest(waiting[:SLICE]))
            del waiting[:SLICE]
            if total and len(peaks) % 1000 == 0:
                output.progress(min(len(peaks) * SLICE * 100_000 // (RATE * total), 100), 100)
    return [*peaks, _loudest(waiting)] if waiting else peaks


def _loudest(samples: array) -> int:
    return max(max(samples), -min(samples))


def _waveform(peaks: list[int], output: Output) -> None:
    picture = Image.new("RGB", (BARS * BAR, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    for number in range(BARS):
        first = number * len(peaks) // BARS
        loud = max(peaks[first : max((number + 1) * len(peaks) // BARS, first + 1)], default=0)
        half = max(1, loud * (HEIGHT // 2 - 8) // 32_768)
        left = number * BAR
        pen.rectangle((left, HEIGHT // 2 - half, left + BAR - 3, HEIGHT // 2 + half), fill=INK)
    path = output.new_file("png")
    picture.save(path, "PNG", optimize=True)
    output.part(
        "waveform", file=path.name, media_type="image/png", width=picture.width, height=picture.height
    )


def _copy(source: Path, length: int, output: Output) -> None:
    if media.is_too_long(length, output, what="sound", save_as="MP3"):
        return
    target = output.new_file("m4a")
    with media.opened(source) as container:
        media.copy(container, target, output, audio=container.streams.best("audio"))
    output.part("playable", file=target.name, media_type="audio/mp4")
