"""Video: how long, how large, a picture of it, and a copy to play where browsers cannot play the file itself."""

from pathlib import Path

from . import media
from .output import CannotPreview, Output

POSTER_AT = 10  # a tenth of the way in: the first frame is often black
CODECS = {
    "mp4": ({"h264", "av1", "vp9"}, {"aac", "mp3", "opus"}),
    "webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
}
PIXELS = {"yuv420p", "yuvj420p"}


def make(source: Path, ending: str, output: Output) -> None:
    with media.opened(source, ending) as container:
        video, audio = _streams(container)
        length = media.duration_ms(container)
        plays = _plays(ending, video, audio)
        rotation = _poster(container, video, length, output)
        output.facts(duration_ms=length, plays_itself=plays)
    if not plays:
        _copy(source, ending, length, rotation, output)


def _streams(container):
    if not container.streams.video:
        raise CannotPreview("There is no picture in this video. Save it again, or upload it as sound.")
    video = container.streams.video[0]
    if video.codec_context is None:
        raise CannotPreview(media.DAMAGED)
    if not 0 < video.codec_context.width * video.codec_context.height <= media.MAX_FRAME_PIXELS:
        raise CannotPreview(
            "The video's picture is too large to be shown here. Save it at a smaller frame size."
        )
    audio = next(iter(container.streams.audio), None)
    return video, audio


def _plays(ending: str, video, audio) -> bool:
    """Whether browsers play the file as it is."""
    pictures, sounds = CODECS.get(ending, (set(), set()))
    return (
        video.codec_context.name.replace("libdav1d", "av1") in pictures
        and video.codec_context.pix_fmt in PIXELS
        and (audio is None or audio.codec_context.name in sounds)
    )


def _poster(container, video, length: int, output: Output) -> int:
    """One frame, upright. Returns by how many degrees the camera says that the picture is turned."""
    if length:
        container.seek(length * 1000 // POSTER_AT)
    frame = next(media.frames(container, video), None)
    if frame is None:
        container.seek(0)
        frame = next(media.frames(container, video), None)
    if frame is None:
        raise CannotPreview(media.DAMAGED)
    picture = frame.to_image().rotate(frame.rotation, expand=True)
    output.facts(width=picture.width, height=picture.height)
    output.picture(picture, kind="poster")
    return frame.rotation


def _copy(source: Path, ending: str, length: int, rotation: int, output: Output) -> None:
    if media.is_too_long(length, output, what="video", save_as="MP4"):
        return
    target = output.new_file("mp4")
    with media.opened(source, ending) as container:
        video, audio = _streams(container)
        copied = media.copy(container, target, output, video=video, audio=audio, rotation=rotation)
    output.facts(duration_ms=max(length, copied))  # some kinds only guess how long they are
    output.part("playable", file=target.name, media_type="video/mp4")
