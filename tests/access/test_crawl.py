"""Every page as every kind of person: no 5xx, valid HTML, unique ids.

The suite opens the named pages as one person of each kind, and one address of each kind that they link to
outside the admin; `make crawl` follows many more links, everywhere, as everybody.
"""

import re
import time
from collections import Counter
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from justhtml import JustHTML

from .test_matrix import ACCESS, EVERYBODY

pytestmark = pytest.mark.django_db
FEW, MANY = 1, 12  # addresses of each kind to look at
FILTERS = 1  # at once, of a list in the admin: all their combinations would be thousands of pages
ONE_OF_EACH = ("anonymous", "our_candidate", "our_tutor", "our_exams_officer", "our_moderator", "staff")
FILES = (
    "pdf",
    "csv",
    "zip",
    "file",
    "calendar",
    "rendition",
    "site",
    "sheet",
    "header",
    "blank",
    "template",
    "download",
)
OF_DJANGO = "/admin/"  # its templates are Django's: they must respond, but need not be valid
SECRET = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
checked: dict[bytes, list[str]] = {}  # a page that is the same for more than one person is checked once


def faults_of(html: bytes) -> list[str]:
    """What is wrong with a page, according to the parser of the HTML standard; and ids that it has twice."""
    plain = SECRET.sub(b"", html)
    if plain not in checked:
        page = JustHTML(plain.decode(), collect_errors=True, sanitize=False)
        ids = Counter(element.attrs["id"] for element in page.query("[id]"))
        checked[plain] = [str(error) for error in page.errors] + [
            f"id {name!r} {times} times" for name, times in ids.items() if times > 1
        ]
    return checked[plain]


def kind_of(url: str) -> tuple | None:
    """The kind of an address: the page's name and the names in its query; None outside the portal."""
    parts = urlsplit(url)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ("nowhere", parts.path)
    if match.view_name.endswith(FILES) or "pdf" in match.view_name:
        return None  # not a page; the matrix opens them
    query = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    if parts.path.startswith(OF_DJANGO) and len(query) > FILTERS:
        return None
    return (match.view_name, query)


def links_of(url: str, html: bytes) -> list[str]:
    if not html.strip():
        return []
    found = lxml.html.fromstring(html).xpath(
        "//a/@href | //img/@src | //iframe/@src | //form[@method='get']/@action"
    )
    absolute = [urljoin(url, link.strip()).partition("#")[0] for link in found]
    return [link for link in absolute if link.startswith("/") and not link.startswith(("//", "/static/"))]


def crawl(user, start: list[str], each: int, *, but: str | None = None) -> tuple[int, list[str]]:
    """(pages, faults) of what one person reaches from `start`: `each` of a kind, none that begins with `but`."""
    client = Client()
    if user:
        client.force_login(user)
    waiting, seen, kinds, faults = list(start), set(start), Counter(), []
    while waiting:
        url = waiting.pop(0)
        with transaction.atomic():
            answer = client.get(url)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            faults.append(f"{url}: {answer.status_code}")
        if answer.status_code in (301, 302):
            found = links_of(url, f'<a href="{answer.url}">x</a>'.encode())
        elif not answer.get("Content-Type", "").startswith("text/html") or "attachment" in answer.get(
            "Content-Disposition", ""
        ):
            continue
        else:
            found = links_of(url, content)
            if not url.startswith(OF_DJANGO):
                faults += [f"{url}: {fault}" for fault in faults_of(content)]
        for link in found:
            kind = kind_of(link)
            if link in seen or kind is None or kinds[kind] >= each or (but and link.startswith(but)):
                continue
            if kind[0] == "nowhere":
                faults.append(f"{url} leads to {link}, which is no page")
            kinds[kind] += 1
            seen.add(link)
            waiting.append(link)
    return len(seen), faults


def named(world) -> list[str]:
    return [
        reverse(name, args=world.arguments.get(name))
        for name, (method, _) in ACCESS.items()
        if method == "get" and not name.endswith(FILES) and "pdf" not in name
    ]


@pytest.mark.parametrize("person", ONE_OF_EACH)
def test_every_page_answers_in_html_without_a_fault(person, world, untouched):
    assert crawl(world.people[person], named(world), FEW, but=OF_DJANGO)[1] == []


@pytest.mark.crawl
def test_many_more(world, untouched):
    """`make crawl`."""
    faults = []
    for person in EVERYBODY:
        begun = time.monotonic()
        start = named(world) + ([reverse("admin:index")] if person == "staff" else [])
        count, found = crawl(world.people[person], start, MANY)
        print(
            f"\n{person}: {count} addresses, {len(found)} faults, {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        faults += found
    assert faults == []


def test_faults_are_seen():
    faults = faults_of(b"<!DOCTYPE html><title>x</title><p id='a'><div id='a'></p></div></b>")
    assert [fault for fault in faults if "2 times" in fault] and len(faults) >= 3
