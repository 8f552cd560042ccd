"""Requests that no page of the portal would send: made from the forms of a page, its address, and a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import lxml.html

SURROGATE = b"\xed\xa0\x80"  # half a character, which UTF-8 does not allow
VALUES: list[str | bytes] = [
    "", " ", "\0", "a\0b", SURROGATE, b"\xff\xfe", "0", "-1", "1", "2147483648", "9223372036854775808", "9" * 400,
    "1e400", "NaN", "Infinity", "-0", "1.5", "1,5", "٣", "²", "Ⅳ", "0x10", "1_000",
    "True", "null", "[]", "{}", '{"a": 1}', "[[[[", "a,b,c", ";", "--", "' OR 1=1 --", "%", "%s%n", "%00", "\\",
    "../../etc/passwd", "//evil.example/", "https://evil.example", "javascript:alert(1)", "<script>alert(1)</script>",
    "{{ 7|add:7 }}", "{% load x %}", "\u202egnp.exe", "e\u0301" * 50, "👩‍👩‍👧‍👦" * 40, "Ａ", "\ufeff",
    "\r\nSet-Cookie: a=b",
    "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "99/99/9999", "31/12/99999", "24:61", "a@b", "@",
    "a@" + "b" * 300 + ".example", "x" * 260, "x" * 5000, "x" * 70_000,
]  # fmt: skip
KEYS = ["0", "9223372036854775807", "9223372036854775808", "9" * 40]
NAMES = [
    "..",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF",
    "\u202e",
    "x" * 300,
    "' OR 1=1",
    "99999",
    "²",
    "-1",
    "%2e%2e%2f",
    " ",
]
HEADERS: list[dict[str, str]] = [
    {"Accept": "\0"}, {"Accept-Language": "x" * 5000}, {"Accept-Language": "zz-\xff"}, {"Range": "bytes=9-1"},
    {"Range": "bytes=" + "9" * 500 + "-"}, {"If-None-Match": '"' * 50}, {"If-Modified-Since": "Thu, 99 Foo 99999"},
    {"If-Range": "\xff"}, {"Cookie": "sessionid=\xff; known_here=:::; page_of=1:1:1; messages=[[[[; csrftoken=x"},
    {"Cookie": "x" * 9000}, {"Referer": "http://[::1"}, {"Origin": "null"}, {"X-Forwarded-For": "a,,\xff"},
    {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data"},
    {"Content-Type": "text/plain; charset=nonsense"}, {"X-Requested-With": "XMLHttpRequest"}, {"X-Poll": "\xff"},
]  # fmt: skip
TUS_HEADERS: list[dict[str, str]] = [
    {"Upload-Length": value} for value in ("", "-1", "x", "²", "1.5", "9" * 300, "0", "1e9")
] + [
    {"Upload-Length": "10", "Upload-Metadata": value}
    for value in (
        "", "filename", "filename !!!!", "filename AAA", "filename /w==", "filename AA==", ",,,", "criteria eA==",
        "filename YS50eHQ=,criteria eA==,note /w==", "x " * 2000, "filename " + "QUFB" * 900, "title AGE=",
    )
] + [
    {"Upload-Offset": value, "Content-Type": "application/offset+octet-stream"}
    for value in ("", "-1", "x", "²", "9" * 300, "0", "1")
] + [
    {"Upload-Concat": value, "Upload-Length": "5"}
    for value in ("partial", "final", "final;", "final; /a /b", "final;http://x/ \xff")
] + [{"Upload-Checksum": value, "Upload-Offset": "0"} for value in ("", "md5", "sha1 !!!", "sha1 AAA")]  # fmt: skip


@dataclass
class Hostile:
    """One request; `body` as it is sent."""

    method: str
    url: str
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url[:300]} {self.headers} {self.body[:400]!r}"

    def send(self, client):
        return client.generic(
            self.method, self.url, self.body, content_type=self.content_type,
            **{_as_environ(name): value for name, value in self.headers.items()},
        )  # fmt: skip


def _as_environ(name: str) -> str:
    plain = name.upper().replace("-", "_")
    return plain if plain in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{plain}"


Pairs = list[tuple[str, str | bytes]]


def of_page(url: str, html: bytes, rng: random.Random, *, times: int) -> Iterator[Hostile]:
    """`times` requests for each form of the page, and as many for its query."""
    names = ["page", "find", "next", "show", "from"]
    for form in _forms(html):
        if (form.method or "GET").upper() == "GET":
            names += [name for name in form.fields if name]
            continue
        target = form.action or url
        if not target.startswith("/"):
            target = url
        pairs: Pairs = [(name, value) for name, value in _values(form) if name != "csrfmiddlewaretoken"]
        files = [
            element.get("name") for element in form.xpath(".//input[@type='file']") if element.get("name")
        ]
        for number in range(times):
            if files and number % 2:
                yield _with_file(target, _mutated(pairs, rng), rng.choice(files), rng)
            else:
                yield Hostile("POST", target, _encoded(_mutated(pairs, rng)))
    for _ in range(times):
        yield Hostile("GET", f"{url.partition('?')[0]}?{_query(names, rng)}")


def of_address(url: str, parts: list[str], rng: random.Random, *, times: int) -> Iterator[Hostile]:
    """The same page at addresses with other arguments."""
    for _ in range(times if parts else 0):
        part = rng.choice(parts)
        other = rng.choice(KEYS if part.isdigit() else NAMES)
        where = url.rfind(f"/{quote(part)}")
        if where >= 0:
            yield Hostile(
                "GET", url[:where] + "/" + quote(other, safe="%") + url[where + 1 + len(quote(part)) :]
            )


def of_headers(url: str, rng: random.Random, *, times: int) -> Iterator[Hostile]:
    for headers in rng.sample(HEADERS, min(times, len(HEADERS))):
        yield Hostile("GET", url, headers=headers)
        yield Hostile("POST", url, b"a=1", headers=headers)


def of_tus(url: str) -> Iterator[Hostile]:
    for headers in TUS_HEADERS:
        for method in ("POST", "PATCH", "HEAD", "DELETE", "OPTIONS"):
            yield Hostile(
                method, url, b"abc", "application/offset+octet-stream", {"Tus-Resumable": "1.0.0", **headers}
            )
    yield Hostile("POST", url, headers={"Tus-Resumable": "\xff"})


def blind(url: str, rng: random.Random, *, times: int) -> Iterator[Hostile]:
    """Posts to a page whose form is not known."""
    names = [
        "name",
        "text",
        "unit",
        "work",
        "shown",
        "qualification",
        "criteria",
        "groups",
        "number",
        "email",
        "why",
    ]
    for _ in range(times):
        chosen = rng.sample(names, 3)
        yield Hostile("POST", url, _encoded([(name, rng.choice(VALUES)) for name in chosen]))


def _forms(html: bytes):
    if not html.strip():
        return []
    return lxml.html.fromstring(html).forms


def _values(form) -> Pairs:
    """Every field with what a browser would send; those that it would leave out are empty."""
    sent: Pairs = [(name, value or "") for name, value in form.form_values()]
    return sent + [(name, "") for name in form.fields if name and name not in dict(sent)]


def _mutated(pairs: Pairs, rng: random.Random) -> Pairs:
    made = list(pairs)
    for _ in range(rng.randint(1, 3)):
        if not made:
            break
        at = rng.randrange(len(made))
        name = made[at][0]
        match rng.randrange(5):
            case 0:
                made.pop(at)
            case 1:
                made.append((name, rng.choice(VALUES)))
            case _:
                made[at] = (name, rng.choice(VALUES))
    return made


def _query(names: list[str], rng: random.Random) -> str:
    return urlencode([(rng.choice(names), _bytes(rng.choice(VALUES))) for _ in range(rng.randint(1, 3))])


def _encoded(pairs: Pairs) -> bytes:
    return urlencode([(_bytes(name), _bytes(value)) for name, value in pairs]).encode()


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _with_file(url: str, pairs: Pairs, field_name: str, rng: random.Random) -> Hostile:
    """A form with a file whose name or content is strange."""
    named = rng.choice(
        ["a.txt", "", "..", "\0.txt", "a\0b.pdf", "x" * 300 + ".txt", "\u202efdp.exe", "a.csv", "a.zip"]
    )
    content = rng.choice(
        [b"", b"\0", b"%PDF-1.7", b"PK\x03\x04", SURROGATE * 50, b"a,b\n\xff,\0\n", b"GIF89a"]
    )
    edge = b"----edge"
    lines = []
    for name, value in pairs:
        lines += [
            b"--" + edge,
            b'Content-Disposition: form-data; name="' + name.encode() + b'"',
            b"",
            _bytes(value),
        ]
    disposition = f'Content-Disposition: form-data; name="{field_name}"; filename="{named}"'
    lines += [
        b"--" + edge,
        disposition.encode(),
        b"Content-Type: text/plain",
        b"",
        content,
        b"--" + edge + b"--",
        b"",
    ]
    return Hostile("POST", url, b"\r\n".join(lines), f"multipart/form-data; boundary={edge.decode()}")
