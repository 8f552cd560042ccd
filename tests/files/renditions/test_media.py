"""Audio and video: length, appearance, and a copy if browsers cannot play the file itself."""

import io
from pathlib import Path

import av
import pytest
from django.urls import reverse
from PIL import Image

from portal.files.renditions import media
from portal.files.renditions.output import CannotPreview
from tests.pages import html_of

from . import files

pytestmark = pytest.mark.django_db


def parts(version) -> list[str]:
    return list(version.renditions.values_list("kind", flat=True))


def opened(version, kind: str) -> Image.Image:
    return Image.open(io.BytesIO(version.renditions.get(kind=kind).file.read())).convert("RGB")


def is_red(pixel) -> bool:
    red, _, blue = pixel
    return red > 150 > blue


def page_of(sign_in, version) -> str:
    client = sign_in(version.evidence.assignment.candidate.user)
    return html_of(client.get(reverse("evidence-view", args=[version.evidence_id])))


def test_video_of_a_turned_phone_has_an_upright_poster_and_plays_itself(seen, sign_in):
    original = files.video("mp4", "libx264", sound="aac", turned=90)
    version = seen("phone.mp4", original)
    assert (version.preview, parts(version), version.plays_itself) == ("ready", ["poster"], True)
    assert (version.width, version.height) == (32, 64)
    assert abs(version.duration_ms - 2000) < 100
    poster = opened(version, "poster")
    assert poster.size == (32, 64)
    # Turned left by 90 degrees: what was on the right is at the top.
    assert [is_red(poster.getpixel(place)) for place in ((16, 8), (16, 56))] == [False, True]
    assert version.file.read() == original
    page = page_of(sign_in, version)
    assert f'src="{reverse("evidence-file", args=[version.pk])}?inline=1"' in page
    assert f'poster="{reverse("rendition", args=[version.pk, 1])}"' in page
    assert "0:02 minutes, 32 × 64" in page


@pytest.mark.parametrize(
    ("ending", "codec", "sound"),
    [
        ("avi", "mpeg4", "libmp3lame"),
        ("wmv", "wmv2", "wmav2"),
        ("mpg", "mpeg2video", ""),
        ("mov", "libx264", "aac"),
        ("flv", "flv", ""),
        ("mp4", "mpeg4", "aac"),
    ],
)
def test_video_that_browsers_do_not_play_gets_a_copy_that_they_do(seen, sign_in, ending, codec, sound):
    version = seen(f"titles.{ending}", files.video(ending, codec, sound=sound, rate=25))
    assert (version.preview, parts(version), version.plays_itself) == ("ready", ["poster", "playable"], False)
    copy = version.renditions.get(kind="playable")
    with av.open(io.BytesIO(copy.file.read())) as played:
        assert [stream.codec_context.name for stream in played.streams] == ["h264", "aac"][
            : 2 if sound else 1
        ]
        assert abs(played.duration - 2_000_000) < 150_000
        frame = next(played.decode(video=0)).to_image()
    assert [is_red(frame.getpixel(place)) for place in ((8, 16), (56, 16))] == [True, False]
    assert abs(version.duration_ms - 2000) < 150
    url = reverse("rendition", args=[version.pk, copy.index])
    assert f'src="{url}"' in page_of(sign_in, version)
    client = sign_in(version.evidence.assignment.candidate.user)
    response = client.get(url, headers={"range": "bytes=0-9"})
    assert (response.status_code, response["Content-Type"]) == (206, "video/mp4")


def test_copy_of_a_turned_video_is_turned_too(seen):
    version = seen("phone.mov", files.video("mov", "libx264", turned=90))
    with av.open(io.BytesIO(version.renditions.get(kind="playable").file.read())) as played:
        assert next(played.decode(video=0)).rotation == 90


def test_sound_shows_how_loud_it_is_over_time(seen, sign_in):
    version = seen("jingle.mp3", files.sound("mp3", "libmp3lame"))
    assert (version.preview, parts(version), version.plays_itself) == ("ready", ["waveform"], True)
    wave = opened(version, "waveform")
    ink = [wave.getpixel((x * 5 + 1, 40)) != wave.getpixel((0, 0)) for x in range(240)]
    assert (all(ink[10:110]), any(ink[130:])) == (True, False)  # loud, then silent
    assert "0:02 minutes" in page_of(sign_in, version)


def test_sound_that_browsers_do_not_play_gets_a_copy_that_they_do(seen, sign_in):
    version = seen("jingle.wma", files.sound("asf", "wmav2"))
    assert (version.preview, parts(version)) == ("ready", ["waveform", "playable"])
    copy = version.renditions.get(kind="playable")
    with av.open(io.BytesIO(copy.file.read())) as played:
        assert [stream.codec_context.name for stream in played.streams] == ["aac"]
    assert f'src="{reverse("rendition", args=[version.pk, copy.index])}"' in page_of(sign_in, version)


@pytest.mark.parametrize(("name", "kind"), [("cut.mp4", "video"), ("cut.wav", "audio")])
def test_what_cannot_be_decoded_says_so(seen, sign_in, name, kind):
    whole = files.video("mp4", "libx264") if kind == "video" else files.sound("wav", "pcm_s16le")
    version = seen(name, whole[:40])
    assert (version.kind, version.preview, parts(version)) == (kind, "failed", [])
    assert version.preview_fault.startswith("The file is damaged")
    page = page_of(sign_in, version)
    assert version.preview_fault in page and "<video" not in page and "<audio" not in page


def test_play_list_under_another_name_opens_nothing(tmp_path):
    song, play_list = tmp_path / "song.mp3", tmp_path / "list.m3u8"
    song.write_bytes(files.sound("mp3", "libmp3lame"))
    play_list.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{song}\n#EXT-X-ENDLIST\n")
    with av.open(str(play_list)) as followed:  # left to itself, it would
        assert followed.streams.audio
    with pytest.raises(CannotPreview), media.opened(play_list) as opened_as_video:
        list(opened_as_video.demux())


def test_film_of_a_recorder_under_the_name_of_another_kind_is_shown(seen):
    version = seen("clip.mpg", files.video("mpegts", "libx264", sound="aac"))
    assert (version.preview, parts(version)) == ("ready", ["poster", "playable"])


CASES = Path(__file__).parents[1] / "hostile" / "cases" / "med"
SHOWN = {
    "audio-only.mp4": (["waveform"], True, "audio"),
    "brand-MSNV.mp4": (["poster", "playable"], False, "video"),
    "first-box-wide.mov": (["poster", "playable"], False, "video"),
    "phone-3gp.mp4": (["poster", "playable"], False, "video"),
    "rec-3gp.m4a": (["waveform", "playable"], False, "audio"),
    "renamed.MOV": (["poster", "playable"], False, "video"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_case_of_the_family_of_boxes_gets_the_player_of_what_is_in_it(seen, sign_in, name):
    version = seen(name, (CASES / name).read_bytes())
    made, plays, words = SHOWN[name]
    assert (version.preview, parts(version), version.plays_itself) == ("ready", made, plays)
    page = page_of(sign_in, version)
    assert f', {words}"></{words}>' in page
    assert f"{words.capitalize()} · " in page
    if not plays:
        with av.open(io.BytesIO(version.renditions.get(kind="playable").file.read())) as played:
            assert played.streams[-1].codec_context.name == "aac"


def with_cover(content: bytes, form: str) -> bytes:
    """The same audio or video, with a picture of its cover as its first stream."""
    cover, kept = io.BytesIO(), io.BytesIO()
    files.halves(64, 64).save(cover, "JPEG")
    with av.open(io.BytesIO(content)) as source, av.open(kept, "w", format=form) as out:
        front = out.add_stream("mjpeg", rate=25)
        front.width = front.height = 64
        front.pix_fmt = "yuvj420p"
        copies = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        frame = av.VideoFrame.from_image(files.halves(64, 64)).reformat(format="yuvj420p")
        for packet in [*front.encode(frame), *front.encode(None)]:
            out.mux(packet)
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                out.mux(packet)
    return kept.getvalue()


def test_the_film_is_shown_and_not_its_cover(seen):
    version = seen("film.mp4", with_cover(files.video("mp4", "libx264", sound="aac"), "mp4"))
    assert (version.width, version.height, parts(version)[0]) == (64, 32, "poster")
    assert abs(version.duration_ms - 2000) < 150


@pytest.mark.parametrize("name", ["song.mp4", "song.m4a"])
def test_a_song_with_a_cover_is_a_song(seen, name):
    version = seen(name, with_cover(files.sound("mp4", "aac"), "mp4"))
    assert parts(version)[0] == "waveform"


def test_a_cover_alone_is_shown_and_said(seen):
    version = seen("cover-first.mp4", (CASES / "cover-first.mp4").read_bytes())
    assert (version.preview, parts(version)) == ("partly", ["poster"])
    assert version.preview_fault == "There is one picture in this file, and no video or audio."


@pytest.mark.parametrize(
    ("name", "container", "codec"),
    [
        ("a.flac", "flac", "flac"),
        ("a.aac", "adts", "aac"),
        ("a.aiff", "aiff", "pcm_s16be"),
        ("a.wav", "mp3", "libmp3lame"),
    ],
)
def test_other_kinds_of_sound_get_a_copy(seen, name, container, codec):
    assert parts(seen(name, files.sound(container, codec))) == ["waveform", "playable"]


def test_a_film_under_a_name_of_sound_is_a_film(seen):
    assert parts(seen("talk.m4a", files.video("mp4", "libx264", sound="aac"))) == ["poster", "playable"]
