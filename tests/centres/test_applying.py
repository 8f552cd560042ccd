"""Applying over HTTP: with and without an account, page by page, with files, until it is sent and answered."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import actions
from centres.models import Application, ApplicationLink, ApplicationMessage, Attachment
from portal.accounts.models import EMail
from portal.accounts.roles import Role
from portal.kit import outbox
from portal.kit.models import Event
from tests.factories import accounts, catalogue, centres
from tests.files.renditions.files import pdf
from tests.pages import html_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

ANSWERS = {
    "centre": {"centre_name": "Ysgol Ŵyn", "centre_kind": "school", "address": "Heol Fawr"},
    "people": {
        "head_of_centre": "Nia Rees", "contact_name": "Huw Jones", "contact_email": "huw@newydd.example",
        "coordinator_name": "Ann Rhys", "coordinator_email": "ann@newydd.example",
    },
    "teaching": {"staffing": "Two tutors", "equipment": "Thirty computers", "site_contact": "The office"},
    "approvals": {"approved_elsewhere": "yes", "other_approvals": "Another body, since 2019"},
}  # fmt: skip
DECLARED = {"declared_by": "Nia Rees", "declaration": "on"}
PDF = pdf(1)


@pytest.fixture(autouse=True)
def unhurried():
    """Each test asks for its links in a different minute."""
    cache.clear()


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def link_of(email: str) -> str:
    """The path of the newest link sent to an address."""
    outbox.work_all()
    body = next(m.body for m in reversed(mail.outbox) if m.to == [email] and "/apply/open/" in m.body)
    return re.search(r"(/apply/open/\S+)", body).group(1)


def opened(client: Client, url: str) -> str:
    """The address to which the link in an e-mail redirects, without its secret."""
    return client.get(url, follow=True).request["PATH_INFO"]


def start(email: str = "nia@newydd.example") -> Client:
    """The browser of somebody who confirmed an address and opened the application."""
    client = Client()
    client.post(reverse("apply"), {"email": email})
    answer = client.post(opened(client, link_of(email)), follow=True)
    assert answer.status_code == 200
    return client


def words(answer) -> str:
    return html_of(answer)


def save(client: Client, application: Application, part: str, typed: dict | None = None, **more):
    url = reverse("application-part", args=[application.pk, part])
    return client.post(url, {**(typed or ANSWERS.get(part, {})), **more}, follow=True)


def answer_all(client: Client, application: Application, *qualifications) -> None:
    for part in ANSWERS:
        if part != "centre" or application.centre is None:
            save(client, application, part)
    save(client, application, "qualifications", {"qualifications": [q.pk for q in qualifications]})


# --- Without an account -------------------------------------------------------------------------


def test_whole_way_without_an_account():
    first, second = catalogue.qualification(), catalogue.qualification()
    client = start()
    application = Application.objects.get()
    answer_all(client, application, first, second)
    page = client.get(reverse("application-check", args=[application.pk]))
    assert "Ysgol Ŵyn" in words(page) and "Missing" not in words(page)
    page = client.post(reverse("application-check", args=[application.pk]), DECLARED, follow=True)
    assert "Application submitted." in words(page)
    application.refresh_from_db()
    assert (application.state, application.declared_by, application.submitted_by) == (
        "submitted", "Nia Rees", None,
    )  # fmt: skip
    event = Event.objects.about(application).last()
    assert (event.verb, event.why) == ("submit", "By nia@newydd.example, who has no account.")


def test_page_says_the_same_whatever_the_address():
    accounts.adult(email="known@example.org")
    answers = [
        Client().post(reverse("apply"), {"email": email}, follow=True).content
        for email in ("known@example.org", "unknown@example.org", "third@example.org")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_following_the_link_changes_nothing_until_the_button_is_pressed():
    client = Client()
    client.post(reverse("apply"), {"email": "Nia@newydd.example"})
    url = opened(client, link_of("nia@newydd.example"))
    assert "Open the application" in words(client.get(url))
    assert Application.objects.count() == 0
    client.post(url)
    assert Application.objects.get().applicant_email == "nia@newydd.example"


def test_link_opens_the_same_application_again_in_another_browser():
    save(start(), Application.objects.get(), "centre")
    elsewhere = start()  # asks for a new link
    assert "Ysgol Ŵyn" in words(elsewhere.get(Application.objects.get().get_absolute_url()))
    old = ApplicationLink.objects.order_by("pk").first()
    other = Client()
    again = other.post(opened(other, reverse("application-open", args=[old.pk, old.token])))
    assert again.url == Application.objects.get().get_absolute_url()


def test_history_of_a_shared_computer_opens_nothing_once_the_application_was_left():
    client = Client()
    client.post(reverse("apply"), {"email": "nia@newydd.example"})
    link = link_of("nia@newydd.example")
    address = opened(client, link)
    assert address == reverse("application-open", args=[ApplicationLink.objects.get().pk, "opened"])
    assert client.session.get_expire_at_browser_close()
    client.post(address)
    assert client.get(address).status_code == 200
    client.post(reverse("application-leave"))
    assert [client.get(address).status_code, client.post(address).status_code] == [410, 410]
    assert client.get(link).url == address  # in the e-mail: it works again


def test_two_links_that_are_opened_start_one_application():
    links = [actions.send_application_link("nia@newydd.example") for _ in range(2)]
    assert len({actions.open_by_link(link).pk for link in links}) == 1


@pytest.mark.parametrize("fault", ["expired", "decided", "wrong"])
def test_link_that_is_over_opens_nothing(fault):
    application = centres.application(applicant_email="nia@newydd.example")
    link = actions.send_application_link("nia@newydd.example")
    token = link.token
    if fault == "expired":
        ApplicationLink.objects.update(expires_at=timezone.now())
    elif fault == "decided":
        actions.refuse_application(application, by=accounts.staff(), why="No tutor")
    else:
        token = token[:-1] + "!"
    client = Client()
    url = reverse("application-open", args=[link.pk, token])
    assert [client.get(url).status_code, client.post(url).status_code] == [410, 410]
    assert client.get(application.get_absolute_url()).status_code == 404


def test_applicant_reads_the_whole_application_and_its_decision_afterwards():
    client = start()
    application = Application.objects.get()
    answer_all(client, application, catalogue.qualification())
    client.post(reverse("application-check", args=[application.pk]), DECLARED)
    actions.approve_application(application, by=accounts.staff())
    page = words(client.get(application.get_absolute_url()))
    assert "<h2>Decisions</h2>" in page and "Heol Fawr" in page and "Withdraw this" not in page


def test_stranger_finds_no_application():
    start()
    application = Application.objects.get()
    stranger = Client()
    for page in ("application", "application-check", "application-withdraw"):
        assert stranger.get(reverse(page, args=[application.pk])).status_code == 404
    assert save(stranger, application, "centre").status_code == 404
    other = start("other@example.org")
    assert other.get(application.get_absolute_url()).status_code == 404


def test_leaving_closes_it_in_this_browser_and_keeps_it():
    client = start()
    application = Application.objects.get()
    save(client, application, "centre")
    page = client.post(reverse("application-leave"), follow=True)
    assert "You have left the application" in words(page)
    assert client.get(application.get_absolute_url()).status_code == 404
    application.refresh_from_db()
    assert application.centre_name == "Ysgol Ŵyn"


def test_pages_of_an_application_are_kept_out_of_caches():
    client = start()
    answer = client.get(Application.objects.get().get_absolute_url())
    assert "no-store" in answer["Cache-Control"]


def test_address_gets_no_more_than_five_links_an_hour():
    for _ in range(8):
        actions.send_application_link("nia@newydd.example")
    assert ApplicationLink.objects.count() == EMail.objects.count() == 5


def test_an_hour_later_the_address_gets_links_again():
    for _ in range(5):
        actions.send_application_link("nia@newydd.example")
    ApplicationLink.objects.update(issued_at=timezone.now() - timedelta(minutes=61))
    assert actions.send_application_link("nia@newydd.example")


def test_links_are_throttled_by_network(client):
    for number in range(20):  # ten a minute, even if the next minute begins during the test
        client.post(reverse("apply"), {"email": f"a{number}@example.org"})
    page = client.post(reverse("apply"), {"email": "one-more@example.org"})
    assert "Too many links were asked for" in words(page)
    assert not ApplicationLink.objects.filter(email="one-more@example.org").exists()


def test_unused_links_are_forgotten_and_used_ones_kept():
    unused = actions.send_application_link("unused@example.org")
    used = actions.send_application_link("used@example.org")
    actions.open_by_link(used)
    ApplicationLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    actions.forget_unused_links()
    assert list(ApplicationLink.objects.all()) == [used] and unused != used


# --- With an account ----------------------------------------------------------------------------


@pytest.fixture
def office(client):
    """A signed-in exams officer: (client, centre)."""
    centre = centres.centre(address="Quay Street")
    client.force_login(centres.person(centre, name="Joanne Whitaker", email="joanne@harbour.example"))
    return client, centre


def test_known_centre_is_asked_only_what_is_new(office):
    client, centre = office
    centres.person(centre, Role.HEAD_OF_CENTRE, name="Margaret Ellison")
    approved, wanted = centres.approval(centre).qualification, catalogue.qualification()
    assert "Start application" in words(client.get(reverse("centre-apply", args=[centre.number])))
    page = client.post(reverse("centre-apply", args=[centre.number]), follow=True)
    application = Application.objects.get()
    assert "Teaching and equipment" in words(page) and "The centre</a>" not in words(page)
    assert (
        application.centre, application.centre_name, application.contact_name, application.head_of_centre,
    ) == (centre, centre.name, "Joanne Whitaker", "Margaret Ellison")  # fmt: skip
    assert client.get(reverse("application-part", args=[application.pk, "centre"])).status_code == 404
    page = words(client.get(reverse("application-part", args=[application.pk, "qualifications"])))
    assert str(wanted) in page and str(approved) not in page
    answer_all(client, application, wanted)
    client.post(reverse("application-check", args=[application.pk]), DECLARED)
    application.refresh_from_db()
    assert (application.state, application.submitted_by.name) == ("submitted", "Joanne Whitaker")
    assert "Submitted" in words(client.get(centre.get_absolute_url()))


def test_second_application_remembers_the_first(office):
    client, centre = office
    centres.application(centre=centre, staffing="Three tutors", by=accounts.adult())
    client.post(reverse("centre-apply", args=[centre.number]))
    client.post(reverse("centre-apply", args=[centre.number]))  # continues the same draft
    draft = centre.applications.get(state="draft")
    assert (draft.staffing, draft.contact_name) == ("Three tutors", "Joanne Whitaker")


def test_expired_session_keeps_what_was_typed(office):
    client, centre = office
    application = centres.draft_application(centre=centre)
    url = reverse("application-part", args=[application.pk, "teaching"])
    client.get(url)
    client.session.flush()
    answer = client.post(url, {"staffing": "Typed for an hour"})
    assert answer.url.startswith(reverse("sign-in"))
    client.force_login(centre.memberships.get().user)
    assert client.get(reverse("kept-post")).status_code in (200, 302)


def test_second_of_two_tabs_of_a_part_is_stopped_and_the_audit_says_what_changed(office):
    client, centre = office
    application = centres.draft_application(centre=centre)
    url = reverse("application-part", args=[application.pk, "teaching"])
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "seen"}
    sent["seen"] = form["seen"].value()
    client.post(url, {**sent, "staffing": "Theirs"})
    answer = client.post(url, {**sent, "staffing": "Mine"})
    application.refresh_from_db()
    assert (answer.status_code, application.staffing) == (200, "Theirs")
    assert "It is now “Theirs”" in words(answer) and "Mine" in words(answer)
    before = sent["staffing"]
    changed = Event.objects.filter(verb="change application").latest("pk").details["changed"]
    assert changed == {"staffing": [before, "Theirs"]}


# --- Saving -------------------------------------------------------------------------------------


def test_half_answered_part_is_saved_and_what_is_missing_is_named():
    client = start()
    application = Application.objects.get()
    page = save(client, application, "centre", {"centre_name": "Ysgol Newydd"}, later="1")
    assert "Still missing: kind of centre, address" in words(page)
    page = client.post(reverse("application-check", args=[application.pk]), DECLARED)
    assert "Still missing: kind of centre, address," in words(page)
    application.refresh_from_db()
    assert (application.centre_name, application.state) == ("Ysgol Newydd", "draft")


def test_saving_goes_to_the_next_part_and_from_the_check_back_to_it():
    client = start()
    application = Application.objects.get()
    url = reverse("application-part", args=[application.pk, "centre"])
    assert client.post(url, ANSWERS["centre"]).url.endswith("/people/")
    assert client.post(url + "?from=check", ANSWERS["centre"]).url.endswith("/check/")
    save(client, application, "approvals")
    assert "Check your answers" in words(save(client, application, "approvals"))


def test_faulty_answer_is_refused_and_nothing_typed_is_lost():
    centres.centre(number="54321")
    client = start()
    typed = {**ANSWERS["centre"], "centre_number": "54321"}
    page = save(client, Application.objects.get(), "centre", typed)
    assert "A centre with this number already uses the portal" in words(page)
    assert "Ysgol Ŵyn" in words(page) and 'value="54321"' in words(page)


def test_approval_elsewhere_has_to_be_described():
    client = start()
    application = Application.objects.get()
    page = save(client, application, "approvals", {"approved_elsewhere": "yes"}, later="1")
    assert "approvals by other awarding bodies" in words(page)


def test_saving_the_same_again_writes_no_audit_line():
    client = start()
    application = Application.objects.get()
    save(client, application, "centre")
    before = Event.objects.count()
    save(client, application, "centre")
    assert Event.objects.count() == before


def test_sent_application_can_no_longer_be_changed():
    client = start()
    application = Application.objects.get()
    answer_all(client, application, catalogue.qualification())
    client.post(reverse("application-check", args=[application.pk]), DECLARED)
    page = save(client, application, "centre", {**ANSWERS["centre"], "centre_name": "Another"})
    assert "can no longer be changed" in words(page)
    assert Application.objects.get().centre_name == "Ysgol Ŵyn"


def test_declaration_is_needed():
    client = start()
    application = Application.objects.get()
    answer_all(client, application, catalogue.qualification())
    page = client.post(reverse("application-check", args=[application.pk]), {"declared_by": "Nia Rees"})
    assert "Select “The information in this application is true" in words(page)
    assert 'value="Nia Rees"' in words(page)
    assert Application.objects.get().state == "draft"


def test_applicant_withdraws_after_being_asked():
    client = start()
    application = Application.objects.get()
    url = reverse("application-withdraw", args=[application.pk])
    assert "Withdraw this application?" in words(client.get(url))
    assert "Application withdrawn." in words(client.post(url, follow=True))
    application.refresh_from_db()
    assert application.state == "withdrawn" and application.withdrawn_at
    assert start().get(reverse("application", args=[Application.objects.first().pk])).status_code == 200
    assert Application.objects.count() == 2  # the link starts a new one


# --- Attachments --------------------------------------------------------------------------------


def test_good_files_are_kept_and_faulty_ones_named_and_nothing_typed_is_lost(settings):
    settings.APPLICATION_FILE_LIMIT_BYTES = 1000
    client = start()
    application = Application.objects.get()
    page = save(
        client, application, "approvals",
        files=[
            file("letter.pdf", PDF), file("script.exe", b"MZ" + bytes(50)), file("photo.png", PDF),
            file("long.txt", b"a" * 1001), file("empty.txt", b""),
        ],
    )  # fmt: skip
    for said in (
        "“script.exe” was not accepted: files ending in .exe are not accepted",
        "“photo.png” was not accepted: its name ends in .png but its content is a PDF document",
        "“long.txt” was not accepted: it is 1 kB. The largest allowed is 1 kB",
        "“empty.txt” was not accepted: it is empty",
        "Another body, since 2019",
    ):
        assert said in words(page)
    assert list(application.attachments.values_list("stored__name", flat=True)) == ["letter.pdf"]


def test_limits_stand_beside_the_picker(settings):
    settings.APPLICATION_FILE_LIMIT_BYTES = 5_000_000
    client = start()
    page = client.get(reverse("application-part", args=[Application.objects.get().pk, "approvals"]))
    assert "Up to 5 MB each, 20 files at a time" in words(page)


def test_number_of_files_is_limited(settings):
    settings.APPLICATION_FILES_LIMIT = 1
    client = start()
    page = save(
        client, Application.objects.get(), "approvals", files=[file("a.pdf", PDF), file("b.pdf", PDF)]
    )
    assert "“b.pdf” was not accepted: the application already has 1 files, the most allowed" in words(page)


def test_files_of_which_one_was_refused_are_attached_once():
    client = start()
    for _ in range(2):
        files = [file("a.pdf", PDF), file("run.exe", b"MZ")]
        page = save(client, Application.objects.get(), "approvals", files=files, once="a")
    assert ("You sent this a moment ago" in words(page), Attachment.objects.count()) == (True, 1)


def test_attachment_is_downloaded_and_removed_while_it_is_a_draft():
    client = start()
    application = Application.objects.get()
    save(client, application, "approvals", files=[file("letter.pdf", PDF)])
    kept = Attachment.objects.get()
    answer = client.get(reverse("attachment", args=[application.pk, kept.pk]))
    assert (answer.getvalue(), answer["Content-Disposition"]) == (PDF, 'attachment; filename="letter.pdf"')
    url = reverse("attachment-remove", args=[application.pk, kept.pk])
    assert "Remove letter.pdf?" in words(client.get(url))
    assert Client().get(url).status_code == 404
    assert "letter.pdf removed." in words(client.post(url, follow=True))
    assert not application.attachments.exists()


def test_removing_an_attachment_removes_its_file(django_capture_on_commit_callbacks):
    application = centres.draft_application()
    kept = actions.attach(application, file("letter.pdf", PDF), by=None)
    name = kept.file.name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_attachment(kept, by=None)
    assert not default_storage.exists(name)


def test_attachment_stays_once_the_application_was_sent():
    client = start()
    application = Application.objects.get()
    answer_all(client, application, catalogue.qualification())
    save(client, application, "approvals", files=[file("letter.pdf", PDF)])
    client.post(reverse("application-check", args=[application.pk]), DECLARED)
    kept = Attachment.objects.get()
    page = client.post(reverse("attachment-remove", args=[application.pk, kept.pk]), follow=True)
    assert "so its files cannot be removed" in words(page)
    with pytest.raises(IntegrityError, match="its attachments stay"), transaction.atomic():
        kept.delete()
    assert Attachment.objects.exists()


def test_staff_open_attachments_in_the_admin_and_others_do_not(office, django_user_model):
    client, _ = office
    kept = actions.attach(centres.draft_application(), file("letter.pdf", PDF), by=None)
    url = reverse("admin:centres_application_attachment", args=[kept.application_id, kept.pk])
    assert client.get(url).status_code == 302
    client.force_login(accounts.staff())
    assert client.get(url).getvalue() == PDF
    client.force_login(accounts.adult(is_staff=True))  # without any permission
    assert client.get(url).status_code == 403


# --- More information ---------------------------------------------------------------------------


@pytest.fixture
def asked():
    """(browser of the applicant, application that needs more information)."""
    application = centres.application(applicant_email="nia@newydd.example")
    actions.ask_applicant(application, "Who will mark?", by=accounts.staff(name="Kwame"))
    client = Client()
    client.post(opened(client, link_of("nia@newydd.example")))
    return client, application


def test_question_goes_out_with_a_link_and_the_answer_comes_back_with_files(asked):
    client, application = asked
    assert "Who will mark?" in words(client.get(application.get_absolute_url()))
    url = reverse("application-answer", args=[application.pk])
    page = client.post(url, {"text": "Ann will.", "files": [file("cv.pdf", PDF)]}, follow=True)
    assert "Answer sent." in words(page) and "Ann will." in words(page) and "cv.pdf" in words(page)
    application.refresh_from_db()
    assert application.state == "submitted"
    assert list(application.messages.values_list("side", "author_name", "text")) == [
        ("awarding_body", "Kwame", "Who will mark?"),
        ("centre", "nia@newydd.example", "Ann will."),
    ]
    assert "Kwame" not in words(page)  # an office asks, not a person


def test_faulty_file_sends_nothing_and_keeps_the_answer_typed(asked):
    client, application = asked
    url = reverse("application-answer", args=[application.pk])
    for bad in (file("photo.png", PDF), file("script.exe", b"MZ" + bytes(9))):
        page = client.post(url, {"text": "Ann will.", "files": [file("cv.pdf", PDF), bad]})
        assert "Ann will." in words(page) and bad.name in words(page)
    application.refresh_from_db()
    assert (application.state, application.messages.count(), Attachment.objects.count()) == (
        "more_information", 1, 0,
    )  # fmt: skip


def test_empty_answer_is_refused(asked):
    client, application = asked
    page = client.post(reverse("application-answer", args=[application.pk]), {"text": " "})
    assert "Enter your answer" in words(page)


def test_answers_may_be_corrected_while_more_is_wanted_but_not_emptied(asked):
    client, application = asked
    save(client, application, "centre")
    page = save(client, application, "centre", {**ANSWERS["centre"], "centre_name": ""})
    assert "Enter the name of the centre" in words(page)
    application.refresh_from_db()
    assert application.centre_name == "Ysgol Ŵyn"


def test_with_an_account_the_question_leads_to_the_page_without_a_secret(office):
    client, centre = office
    officer = centre.memberships.get().user
    application = centres.application(centre=centre, by=officer)
    actions.ask_applicant(application, "Who will mark?", by=accounts.staff())
    outbox.work_all()
    body = mail.outbox[-1].body
    assert application.get_absolute_url() in body and "/apply/open/" not in body
    client.post(reverse("application-answer", args=[application.pk]), {"text": "Ann will."})
    assert application.messages.last().author == officer


def test_conversation_is_only_added_to(asked):
    message = ApplicationMessage.objects.get()
    for change in (lambda: message.delete(), lambda: ApplicationMessage.objects.update(text="Nothing")):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


# --- The database's own rules -------------------------------------------------------------------


def test_one_open_application_of_an_address_and_one_draft_of_a_centre():
    centre = centres.centre()
    for same in ({"applicant_email": "nia@newydd.example"}, {"centre": centre}):
        Application.objects.create(**same)
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.create(**same)


def test_sent_application_says_who_in_the_database_too():
    application = centres.application()
    with pytest.raises(IntegrityError, match="application_sent_says_who"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(centre_name="")
