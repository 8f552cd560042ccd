"""Somebody who uses only the keyboard: everything is reached by Tab, and done by typing, Space, arrows and Enter."""

from .person import Person

MANY = 300  # more stops than any page has
SAME = "wanted => document.activeElement === wanted"


class Typist(Person):
    """The actions of `Person` without a mouse. A control that Tab does not reach fails the test."""

    def follow(self, name: str, **where) -> None:
        self.unfold_menu(name)
        self._reach(self.page.get_by_role("link", name=name, **where).first)
        self.enter()

    def press(self, name: str, **where) -> None:
        self._reach(self.page.get_by_role("button", name=name, **where).first)
        self.enter()

    def unfold(self, name: str) -> None:
        self._reach(self.page.locator("summary", has_text=name).first)
        self.page.keyboard.press("Enter")

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self._reach(self.page.locator(f"main [name={name}]"))
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)

    def tick(self, name: str, value: str = "") -> None:
        chosen = f"[value='{value}']" if value else ""
        box = self.page.locator(f"main input[name={name}]{chosen}").first
        if box.get_attribute("type") == "radio":
            self._into_group(name)
            for _ in range(MANY):
                if box.evaluate("box => document.activeElement === box"):
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self._reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked(), f"{name} {value} cannot be ticked by keyboard"

    def attach(self, name: str, file: dict) -> None:
        """The picker is reached by keyboard; the dialog it opens is the system's, so the file is set directly."""
        picker = self.page.locator(f"main input[name={name}]")
        self._reach(picker)
        picker.set_input_files(file)

    def _into_group(self, name: str) -> None:
        self._tab_until(f"() => document.activeElement.name === '{name}'", name)

    def _reach(self, control) -> None:
        handle = control.element_handle()
        self._tab_until(SAME, control, handle)

    def _tab_until(self, reached: str, what, *arguments) -> None:
        for _ in range(MANY):
            if self.page.evaluate(reached, *arguments):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {what} on {self.page.url}")
