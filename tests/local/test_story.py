"""The tools of the story: what it reads from pages, forms, e-mails and codes."""

import io

import pytest
import segno

from portal.local.story.browser import Browser, Page, WentWrong
from portal.local.story.papers import letters, link_in

PAGE = """
<html><body><main><h1>Order <b>entries</b></h1>
<table><tr><td>PO 1</td><td><a href="/orders/1/">Look</a></td></tr></table>
<form method="post" action="send/" id="send"><input type="hidden" name="token" value="t">
<label for="n">Level 2: number</label><input id="n" name="quantity_7" type="number">
<input id="a" type="radio" name="role" value="tutor"><label for="a">Tutor</label>
<input id="b" type="radio" name="role" value="head" checked><label for="b">Head</label>
<input id="c" type="checkbox" name="agreed"><label for="c">I agree</label>
<select name="unit"><option value="1">IM101</option><option value="2" selected>IM201</option></select>
<textarea name="note">
As it was</textarea><button name="then" value="next">Save and next</button></form>
<button form="send" name="then" value="submit">Save and submit</button></main></body></html>
"""


@pytest.fixture
def page():
    return Page(Browser("http://portal"), "http://portal/here/", PAGE.encode(), "text/html; charset=utf-8")


def test_form_holds_what_a_browser_would_send(page):
    form = page.form(with_field="role")
    assert form.action == "http://portal/here/send/"
    assert form.values == {
        "token": ["t"], "quantity_7": [""], "role": ["head"], "agreed": [], "unit": ["2"], "note": ["As it was"],
    }  # fmt: skip


def test_choosing_by_label_ticks_boxes_and_changes_radios(page):
    form = page.form(to="/send/").choose("Tutor", "I agree")
    assert (form.values["role"], form.values["agreed"]) == (["tutor"], ["on"])
    assert form.named("Level 2") == "quantity_7"


def test_button_outside_the_form_belongs_to_it(page, monkeypatch):
    sent = []
    monkeypatch.setattr(page.browser, "send", lambda form, fields: sent.extend(fields))
    page.form(to="/send/").press("Save and submit")
    assert ("then", "submit") in sent


def test_what_is_missing_is_named(page):
    for ask in (
        lambda: page.needs("Refused"),
        lambda: page.address("Elsewhere"),
        lambda: page.row("PO 2"),
        lambda: page.form(with_field="email"),
        lambda: page.form(with_field="role").fill(colour="red"),
        lambda: page.form(with_field="role").choose("Moderator"),
    ):
        with pytest.raises(WentWrong):
            ask()


def test_rows_and_headings_are_read_as_people_do(page):
    assert page.heading == "Order entries"
    assert page.cells("PO 1") == ["PO 1", "Look"]


def test_letters_of_one_address_and_the_link_in_them(tmp_path, settings):
    from django.core.mail import EmailMultiAlternatives, get_connection

    settings.EMAIL_FILE_PATH = str(tmp_path)
    for to, link in (
        ("a@example.org", "http://portal/invitation/1/x_-y/"),
        ("b@example.org", "http://portal/"),
    ):
        letter = EmailMultiAlternatives("Hello, Siân", f"Choose here:\n{link}\nBye – until then.", to=[to])
        letter.attach_alternative(f"<p>{link}</p>", "text/html")
        letter.connection = get_connection("portal.kit.mail_files.EmailBackend")
        letter.send()
    (found,) = letters(tmp_path, "a@example.org")
    assert found["Subject"] == "Hello, Siân"
    assert link_in(found, "/invitation/") == "http://portal/invitation/1/x_-y/"


def test_code_is_read_from_a_pdf():
    from portal.local.story.papers import code_on

    file = io.BytesIO()
    segno.make("http://portal/check/7KQM/").save(file, kind="pdf", scale=4)
    assert code_on(file.getvalue()) == "http://portal/check/7KQM/"
