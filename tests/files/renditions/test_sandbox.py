"""The origin of user content: one zip, one person, while they are signed in, and no access to the portal."""

import hashlib
import random
import struct
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.files import checks, sandbox, storage
from portal.files.models import ContentLink
from portal.kit.models import Event
from tests.factories import accounts, centres

from ..hostile import making
from ..hostile.sample import Sample, Upload
from . import files

pytestmark = pytest.mark.django_db

HOST = "content.testserver"
SITE = {
    "site/index.html": b"<link rel=stylesheet href='css/a.css'><script src=a.js></script>",
    "site/css/a.css": b"p{}",
    "site/a.js": b"1",
    "site/notes.exe": b"MZ",
}


@pytest.fixture
def site(world, seen):
    return seen("site.zip", files.zipped(SITE), work=world.work)


def there(url: str, host: str = HOST, method: str = "get", **headers):
    return getattr(Client(), method)(urlsplit(url).path, HTTP_HOST=host, headers=headers)


def link(version, entry: str, *, user, use: str = "evidence") -> str:
    """The link as shown on a page to somebody who is signed in."""
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.ByName")
    session_key = client.session.session_key
    return sandbox.link(version.stored, entry, use=use, user=user, session_key=session_key)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_web_site_opens_on_its_own_origin_entry_by_entry(world, site, sign_in):
    client = sign_in(world.tutor)
    page = client.get(reverse("evidence-view", args=[site.evidence_id])).content.decode()
    assert reverse("evidence-site", args=[site.pk]) in page
    response = client.get(reverse("evidence-site", args=[site.pk]))
    assert response.status_code == 302
    assert response.url.startswith(f"http://{HOST}/") and response.url.endswith("/site/index.html")
    event = Event.objects.get(verb="open site")
    assert (event.by, event.subject, event.details) == (world.tutor, site.evidence, {"file": "site.zip"})
    start = there(response.url)
    assert (start["Content-Type"], body(start)) == ("text/html", SITE["site/index.html"])
    style = there(response.url.replace("index.html", "css/a.css"))
    assert (style["Content-Type"], body(style)) == ("text/css", b"p{}")
    program = there(response.url.replace("index.html", "notes.exe"))
    assert (program["Content-Type"], program["Content-Disposition"]) == (
        "application/octet-stream",
        "attachment",
    )


def test_one_file_of_a_web_site_fetches_little_of_the_zip(world, seen, store, monkeypatch):
    big = random.Random(0).randbytes(8_000_000)
    site = {"film.bin": big, "site/index.html": b"<p>Fair", "more.bin": big}
    version = seen("site.zip", making.packed(site), work=world.work)
    fetched = []
    blocks = storage.blocks

    def counted(*args):
        for block in blocks(*args):
            fetched.append(len(block))
            yield block

    monkeypatch.setattr(storage, "blocks", counted)
    assert body(there(link(version, "site/index.html", user=world.tutor))) == b"<p>Fair"
    assert 0 < sum(fetched) <= 4 * storage.BLOCK_BYTES < version.size_bytes / 10


def test_what_is_opened_there_reaches_nothing(world, site):
    response = there(link(site, "site/index.html", user=world.tutor))
    rules = {rule.split()[0]: rule.split()[1:] for rule in response["Content-Security-Policy"].split("; ")}
    assert rules["sandbox"] == ["allow-scripts"]
    for closed in ("connect-src", "form-action", "base-uri", "object-src"):
        assert rules[closed] == ["'none'"]
    assert rules["frame-src"] == ["'self'"]  # frames of the site's own
    assert not any("http" in source for sources in rules.values() for source in sources)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in response and not response.cookies


@pytest.mark.parametrize("path", ["/", "/my/", "/admin/", "/files/1/", "/static/css/work.css"])
def test_nothing_of_the_portal_answers_there(world, site, path):
    client = Client()
    client.force_login(world.candidate)
    assert client.get(path, HTTP_HOST=HOST).status_code == 403
    assert client.post(path, HTTP_HOST=HOST).status_code == 405


def test_links_do_not_answer_on_the_portal(world, site):
    url = link(site, "site/index.html", user=world.tutor)
    assert there(url, host="testserver").status_code == 404


OVER = b"This link has expired. Go back to the portal and open the website again."


def test_link_ends_after_an_hour(world, site):
    url = link(site, "site/index.html", user=world.tutor)
    assert there(url).status_code == 200
    ContentLink.objects.update(given_at=timezone.now() - timedelta(minutes=60))
    over = there(url)
    assert (over.status_code, over.content) == (403, OVER)
    assert "sandbox allow-scripts" in over["Content-Security-Policy"]


def test_link_ends_with_sign_out_and_no_other_ones(world, site, sign_in):
    first, second = sign_in(world.tutor), sign_in(world.tutor)
    urls = [client.get(reverse("evidence-site", args=[site.pk])).url for client in (first, second)]
    assert [there(url).status_code for url in urls] == [200, 200]
    first.logout()
    assert [there(url).status_code for url in urls] == [403, 200]


def test_whether_the_person_may_still_read_it_is_asked_on_every_request(world, site, sign_in):
    url = sign_in(world.tutor).get(reverse("evidence-site", args=[site.pk])).url
    assert there(url).status_code == 200
    world.centre.memberships.filter(user=world.tutor).delete()
    assert (there(url).status_code, there(url).content) == (403, OVER)


def test_it_is_asked_of_the_use_by_which_it_was_opened(world, site):
    """Somebody who may read it as evidence may not therefore read it as a moderator."""
    urls = [link(site, "site/index.html", user=world.tutor, use=use) for use in ("evidence", "moderation")]
    assert [there(url).status_code for url in urls] == [200, 403]


def test_key_of_a_link_is_not_stored(world, site):
    key = urlsplit(link(site, "site/index.html", user=world.tutor)).path.split("/")[1]
    assert ContentLink.objects.get().digest == hashlib.sha256(key.encode()).hexdigest()


@pytest.mark.parametrize("host", ["CONTENT.testserver", "content.testserver.", "content.testserver:8443"])
def test_content_host_is_known_however_it_is_written(world, site, host):
    client = Client()
    client.force_login(world.candidate)
    assert client.get("/", HTTP_HOST=host).content == OVER
    assert there(link(site, "site/index.html", user=world.tutor), host=host).status_code == 200


def test_link_is_for_one_version_and_one_person(world, site, seen):
    other = seen("other.zip", files.zipped({"secret.html": b"x"}), work=world.work)
    url = link(site, "secret.html", user=world.tutor)
    assert there(url).status_code == 404
    assert there(url.replace(HOST + "/", HOST + "/A")).status_code == 403
    assert there(link(other, "secret.html", user=world.tutor)).status_code == 200
    world.tutor.is_active = False
    world.tutor.save()
    assert there(link(other, "secret.html", user=world.tutor)).status_code == 403


@pytest.mark.parametrize(
    "entry", ["../settings.py", "/etc/passwd", "site/css/", "site/css", "site/../site/index.html", "", "/"]
)
def test_only_entries_of_the_zip_exist(world, site, entry):
    assert there(link(site, entry, user=world.tutor)).status_code == 404


def test_folder_is_its_first_page_and_letters_large_or_small_are_the_same(world, site):
    """As on the machine where the site was made."""
    folder = there(link(site, "site", user=world.tutor))
    assert (folder.status_code, folder["Location"]) == (302, "site/")
    for path in ("site/", "Site/Index.HTML", "SITE\\index.html"):
        assert body(there(link(site, path, user=world.tutor))) == SITE["site/index.html"]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_whatever_way_of_packing_was_taken_is_opened(world, seen, method):
    packed = making.packed({"index.html": b"<p>Fair" * 400}, method)
    checks.inspect(Upload(Sample("zip", "site.zip", packed.__bytes__)))
    version = seen("site.zip", packed, work=world.work)
    assert body(there(link(version, "index.html", user=world.tutor))) == b"<p>Fair" * 400


def test_page_that_packs_well_in_a_zip_that_was_taken_is_opened(world, seen):
    site = {"index.html": b"<p>" + b" " * 3_000_000, "noise.bin": random.Random(0).randbytes(100_000)}
    packed = making.packed(site)
    checks.inspect(Upload(Sample("zip", "site.zip", packed.__bytes__)))
    version = seen("site.zip", packed, work=world.work)
    assert body(there(link(version, "index.html", user=world.tutor))) == site["index.html"]


def test_strangers_get_no_link(world, site, sign_in):
    for stranger in (centres.person(centres.centre()), accounts.adult(), accounts.staff()):
        assert sign_in(stranger).get(reverse("evidence-site", args=[site.pk])).status_code == 404
    assert not Event.objects.filter(verb="open site").exists()


def test_bomb_in_a_zip_stays_packed(world, seen):
    version = seen(
        "site.zip", files.zipped({"index.html": b"x", "bomb.html": bytes(30_000_000)}), work=world.work
    )
    assert version.size_bytes < 100_000
    assert there(link(version, "bomb.html", user=world.tutor)).status_code == 403
    assert there(link(version, "index.html", user=world.tutor)).status_code == 200


def test_entry_that_lies_about_its_size_gives_no_more_than_it_says(world, seen):
    content = files.zipped({"index.html": bytes(500_000)})
    lying = content.replace(struct.pack("<L", 500_000), struct.pack("<L", 10))
    assert lying != content
    version = seen("site.zip", lying, work=world.work)
    response = there(link(version, "index.html", user=world.tutor))
    try:
        sent = body(response)
    except Exception:  # the check of the content fails: the connection is closed
        sent = b""
    assert len(sent) <= 10


def test_without_an_origin_sites_are_listed_and_not_opened(world, site, sign_in, settings):
    settings.USER_CONTENT_ORIGIN = ""
    client = sign_in(world.tutor)
    page = client.get(reverse("evidence-view", args=[site.evidence_id])).content.decode()
    assert "This portal does not open websites." in page and "Open the website" not in page
    assert client.get(reverse("evidence-site", args=[site.pk])).status_code == 404
