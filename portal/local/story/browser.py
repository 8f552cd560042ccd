"""A browser for the people in the story: keeps cookies, follows redirects, reads pages, fills in forms."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx
from lxml import html

TYPED = {"text", "email", "number", "date", "password", "search", "tel", "url", "hidden"}


class WentWrong(Exception):
    """The story did not go as it should; the message says what was missing and where."""


def need(condition, words: str) -> None:
    """Raise WentWrong with `words` unless `condition` holds."""
    if not condition:
        raise WentWrong(words)


class Browser:
    """One person's browser, on one portal."""

    def __init__(self, url: str):
        self.client = httpx.Client(base_url=url, follow_redirects=True, timeout=60)

    def open(self, path: str, *, expect: int = 200) -> "Page":
        return self._page(self._ask("GET", path), expect)

    def send(self, form: "Form", fields: list[tuple[str, str]]) -> "Page":
        """Post (or get) a filled form; files make it multipart."""
        if form.method == "get":
            return self.open(f"{form.action}?{urlencode(fields)}")
        if form.files:
            data: dict[str, list[str]] = {}
            for name, value in fields:
                data.setdefault(name, []).append(value)
            return self._page(self._ask("POST", form.action, data=data, files=form.files), 200)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._page(self._ask("POST", form.action, content=urlencode(fields), headers=kind), 200)

    def _ask(self, method: str, address: str, **what: Any) -> httpx.Response:
        try:
            return self.client.request(method, address, **what)
        except httpx.TransportError as fault:
            raise WentWrong(f"{address} does not respond: {fault}") from None

    def _page(self, answer: httpx.Response, expect: int) -> "Page":
        page = Page(self, str(answer.url), answer.content, answer.headers.get("Content-Type", ""))
        if answer.status_code != expect:
            said = page.words[:400] if page.is_html else page.kind
            raise WentWrong(f"{page.url} answered {answer.status_code} instead of {expect}: {said}")
        return page


class Page:
    """What came back: a page to read, or a file in `content`."""

    def __init__(self, browser: Browser, url: str, content: bytes, kind: str):
        self.browser, self.url, self.content, self.kind = browser, url, content, kind

    @property
    def is_html(self) -> bool:
        return self.kind.startswith("text/html")

    @cached_property
    def tree(self) -> html.HtmlElement:
        need(self.is_html, f"{self.url} is {self.kind}, not a page")
        return html.document_fromstring(self.content)

    @cached_property
    def words(self) -> str:
        return _plain(self.tree.body)

    @property
    def heading(self) -> str:
        return _plain(self.tree.find(".//h1"))

    def shows(self, words: str) -> bool:
        return words in self.words

    def needs(self, *all_words: str) -> "Page":
        """Raise WentWrong unless the page shows all of them."""
        for words in all_words:
            need(self.shows(words), f"{self.url} does not show “{words}”. It says: {self.words[:1500]}")
        return self

    def address(self, words: str) -> str:
        """The address of the first link whose text contains `words`."""
        for link in self.tree.iter("a"):
            if words in _plain(link) and link.get("href"):
                return urljoin(self.url, link.get("href"))
        raise WentWrong(f"{self.url} has no link “{words}”. It says: {self.words[:1500]}")

    def follow(self, words: str) -> "Page":
        return self.browser.open(self.address(words))

    def row(self, *all_words: str) -> html.HtmlElement:
        """The first row of a table that contains all of them."""
        for row in self.tree.iter("tr"):
            if all(words in _plain(row) for words in all_words):
                return row
        raise WentWrong(f"{self.url} has no row with {all_words}. It says: {self.words[:1500]}")

    def cells(self, *all_words: str) -> list[str]:
        """The text of each cell of that row."""
        return [_plain(cell) for cell in self.row(*all_words)]

    def enter(self, *all_words: str) -> "Page":
        """Follow the first link in that row."""
        return self.browser.open(self.row(*all_words).xpath(".//a/@href")[0])

    def form(self, *, with_field: str = "", to: str = "") -> "Form":
        """The form with a field whose name ends with `with_field`, or whose address ends with `to`."""
        for element in self.tree.forms:
            form = Form(self, element)
            has_field = with_field and any(name.endswith(with_field) for name in form.values)
            if has_field or (to and form.action.endswith(to)):
                return form
        raise WentWrong(f"{self.url} has no form {with_field or to}. It says: {self.words[:1500]}")


class Form:
    """A form as the page shows it, to be filled in. `values`: {name: [value, …]}, as a browser would send it."""

    def __init__(self, page: Page, element: html.HtmlElement):
        self.page, self.element = page, element
        self.action = urljoin(page.url, element.get("action") or "")
        self.method = (element.get("method") or "get").lower()
        self.files: list[tuple[str, tuple[str, bytes]]] = []
        self.values: dict[str, list[str]] = {}
        for control in element.iter("input", "select", "textarea"):
            if name := control.get("name"):
                self.values.setdefault(name, []).extend(_held(control))

    def fill(self, **values: object) -> "Form":
        for name, value in values.items():
            need(name in self.values, f"The form on {self.page.url} has no field {name}: {list(self.values)}")
            self.values[name] = [str(value)]
        return self

    def choose(self, *labels: str) -> "Form":
        """Select the checkbox or radio button with this label."""
        for words in labels:
            control = self._labelled(words)
            if control.get("type") == "radio":
                self.values[control.get("name")] = [control.get("value")]
            elif control.get("value", "on") not in self.values[control.get("name")]:
                self.values[control.get("name")].append(control.get("value", "on"))
        return self

    def named(self, words: str) -> str:
        """The name of the field with this label."""
        return self._labelled(words).get("name")

    def attach(self, name: str, *files: tuple[str, bytes]) -> "Form":
        need(name in self.values, f"The form on {self.page.url} has no file field {name}")
        self.files += [(name, file) for file in files]
        return self

    def press(self, button: str = "") -> Page:
        """Send it, with the button that says `button` if there is more than one."""
        fields = [(name, value) for name, values in self.values.items() for value in values]
        if button:
            pressed = next((b for b in self._buttons() if button in _plain(b)), None)
            need(pressed is not None, f"The form on {self.page.url} has no button “{button}”")
            if pressed is not None and pressed.get("name"):
                fields.append((pressed.get("name"), pressed.get("value", "")))
        return self.page.browser.send(self, fields)

    def _buttons(self) -> list[html.HtmlElement]:
        """The buttons in the form, and those elsewhere on the page that belong to it."""
        elsewhere = self.page.tree.xpath("//button[@form=$id]", id=self.element.get("id") or "-")
        return [*self.element.iter("button"), *elsewhere]

    def _labelled(self, words: str) -> html.HtmlElement:
        for label in self.element.iter("label"):
            if words in _plain(label):
                inside = label.xpath(".//input|.//select|.//textarea")
                return inside[0] if inside else self.element.get_element_by_id(label.get("for"))
        raise WentWrong(f"The form on {self.page.url} has no field labelled “{words}”")


def _held(control: html.HtmlElement) -> list[str]:
    """What a control would send in its current state."""
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        chosen = [option.get("value", "") for option in control.iter("option") if "selected" in option.attrib]
        options = [option.get("value", "") for option in control.iter("option")]
        return chosen or ([] if "multiple" in control.attrib else options[:1])
    kind = control.get("type", "text")
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if "checked" in control.attrib else []
    return [control.get("value", "")] if kind in TYPED else []


def _plain(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
