"""Somebody with their own browser, who goes through pages and checks each one with axe."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

FAULTS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Person:
    """One browser context. `faults` collects what axe and the browser's console report, by page."""

    def __init__(self, browser, base: str, **context):
        self.base = base
        self.page = browser.new_context(**context).new_page()
        self.faults: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def _heard(self, message) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.look()

    def follow(self, name: str, **where) -> None:
        """Follow the link called `name`."""
        self.unfold_menu(name)
        self.page.get_by_role("link", name=name, **where).first.click()
        self.look()

    def press(self, name: str, **where) -> None:
        """Press the button called `name`."""
        self.page.get_by_role("button", name=name, **where).first.click()
        self.look()

    def unfold(self, name: str) -> None:
        """Open the details called `name`."""
        self.page.locator("summary", has_text=name).first.click()

    def unfold_menu(self, name: str) -> None:
        """Open the menu of a phone if a link called `name` is not on the page without it."""
        if not self.page.get_by_role("link", name=name).count() and self.page.locator(".menu").is_visible():
            self.unfold("Menu")

    def fill(self, **values: str) -> None:
        """Type into fields, found by their names."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def enter(self) -> None:
        """Press Enter on what has the focus, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()

    def tab_to(self, words: str) -> None:
        """Press Tab until the focus is on the control that reads `words`."""
        while self.page.evaluate("document.activeElement.innerText") != words:
            self.page.keyboard.press("Tab")

    def tick(self, name: str, value: str = "") -> None:
        chosen = f"[value='{value}']" if value else ""
        self.page.locator(f"main input[name={name}]{chosen}").first.check()

    def attach(self, name: str, file: dict) -> None:
        """Choose a file: `{name, mimeType, buffer}`."""
        self.page.locator(f"main input[name={name}]").set_input_files(file)

    def reads(self, words: str) -> bool:
        return words in self.page.inner_text("body")

    def catch_up(self) -> None:
        """The workers have finished: wait until the page notices by itself. It reloads to show it."""
        expect(self.page.locator("[data-poll]")).to_have_count(0, timeout=20_000)
        self.look()

    def look(self) -> None:
        """Check the page with axe, and that nothing needs scrolling sideways."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page, options=FAULTS).response["violations"]
        for violation in found:
            where = [node["html"][:120] for node in violation["nodes"][:2]]
            self.faults.append(f"{self.page.url}: {violation['id']} {where}")
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.faults.append(f"{self.page.url}: wider than the window")
