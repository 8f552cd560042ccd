"""A double click, or Back and Send, does something only once; what was not accepted may be sent again."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.files import taking
from portal.files.models import StoredFile
from portal.kit import once
from portal.kit.models import SentForm
from portal.noticeboard.models import Enquiry
from tests.factories import catalogue, centres
from tests.factories import portfolios as make
from tests.moderation.test_racing import at_once
from tests.sorting.conftest import group  # noqa: F401 - a fixture

QUESTION = {"name": "Ann Lee", "email": "ann@school.example", "topic": "other", "message": "How do we claim?"}


def texts_of(work) -> list[str]:
    return list(work.messages.values_list("text", flat=True))


@pytest.fixture
def writer(client):
    """(client, the work they write about, its address)."""
    work = make.assignment()
    client.force_login(work.candidate.user)
    return client, work, reverse("work-messages", args=[work.pk])


@pytest.mark.django_db
def test_message_sent_twice_is_written_once_and_it_is_said(writer):
    client, work, url = writer
    first = client.post(url, {"text": "Hello"})
    again = client.post(url, {"text": "Hello"}, follow=True)
    assert (first.url, again.redirect_chain, texts_of(work)) == (url, [(url, 302)], ["Hello"])
    assert once.SENT in again.content.decode()
    client.post(url, {"text": "Hello again"})
    assert texts_of(work) == ["Hello", "Hello again"]


@pytest.mark.django_db
def test_same_words_later_are_another_message(writer):
    client, work, url = writer
    client.post(url, {"text": "Thanks"})
    SentForm.objects.update(at=timezone.now() - once.REMEMBERED - timedelta(seconds=1))
    client.post(url, {"text": "Thanks"})
    assert texts_of(work) == ["Thanks", "Thanks"]


@pytest.mark.django_db
def test_same_words_of_somebody_else_are_another_message(writer):
    client, work, url = writer
    client.post(url, {"text": "Thanks"})
    tutor = Client()
    tutor.force_login(make.tutor_of(work))
    tutor.post(url, {"text": "Thanks"})
    assert texts_of(work) == ["Thanks", "Thanks"]


@pytest.mark.django_db
def test_what_was_not_accepted_may_be_sent_again_at_once(writer):
    client, _, url = writer
    client.post(url, {"text": ""})
    assert not SentForm.objects.exists()


@pytest.mark.django_db
def test_fault_in_the_middle_leaves_nothing_behind(writer, monkeypatch):
    client, work, url = writer
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr("portfolios.actions.write_message", lambda *args, **more: 1 / 0)
        client.post(url, {"text": "Hello"})
    client.post(url, {"text": "Hello"})
    assert texts_of(work) == ["Hello"]


@pytest.mark.django_db
def test_enquiry_sent_twice_by_a_stranger_is_one(client):
    for _ in range(2):
        answer = client.post(reverse("contact"), QUESTION)
        assert answer.status_code == 302, answer.context["form"].errors
    assert Enquiry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_file_of_one_showing_is_taken_once_and_may_be_added_again(client):
    work = make.assignment()
    client.force_login(work.candidate.user)
    url = reverse("evidence-add", args=[work.pk])

    def send(showing: str):
        file = SimpleUploadedFile("plan.txt", b"A plan for the fair.\n")
        return client.post(url, {"files": file, "once": showing}, follow=True)

    page = client.get(url).content.decode()
    assert page.count('name="once"') == 1
    send("a")
    assert once.SENT in send("a").content.decode()
    assert work.uploads.count() == 1
    send("b")
    assert work.uploads.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_another_file_from_the_same_showing_is_another_form(client):
    """Without JavaScript: the wrong file was sent and stopped, and the right one chosen on the same page."""
    work = make.assignment()
    client.force_login(work.candidate.user)
    for content in (b"The wrong plan.\n", b"The right plan.\n"):
        file = SimpleUploadedFile("plan.txt", content)
        client.post(reverse("evidence-add", args=[work.pk]), {"files": file, "once": "a"})
    assert work.uploads.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("page", ["bulk-upload-add", "evidence-add", "evidence-replace", "workspace"])
def test_second_click_while_files_are_received_leads_to_a_page_that_says_so(client, group, monkeypatch, page):  # noqa: F811
    work, bulk = group.ben, group.bulk()
    client.force_login(group.tutor if page == "bulk-upload-add" else work.candidate.user)
    keys = {"bulk-upload-add": [bulk.pk], "evidence-add": [work.pk], "workspace": []}
    url = reverse(page, args=keys[page] if page in keys else [make.evidence(work).pk])
    field = "file" if page == "evidence-replace" else "files"
    inspected_now, answers = taking.inspected_now, []

    def click():
        return client.post(
            url, {field: SimpleUploadedFile("0047.txt", b"A plan.\n"), "once": "a"}, follow=True
        )

    def inspect_while_clicked(*about):
        if not answers:
            answers.append(None)
            answers[0] = click()
        return inspected_now(*about)

    monkeypatch.setattr(taking, "inspected_now", inspect_while_clicked)
    before = StoredFile.objects.count()
    click()
    assert (answers[0].status_code, once.GOING in answers[0].content.decode()) == (200, True)
    assert StoredFile.objects.count() == before + 1


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_files_of_which_one_was_refused_are_taken_once(client, group):  # noqa: F811
    client.force_login(group.tutor)
    bulk = group.bulk()

    def send():
        files = [SimpleUploadedFile("0047.txt", b"A plan.\n"), SimpleUploadedFile("0047.exe", b"MZ")]
        return client.post(
            reverse("bulk-upload-add", args=[bulk.pk]), {"files": files, "once": "a"}, follow=True
        )

    assert "“0047.exe” was not accepted" in send().content.decode()
    assert once.SENT in send().content.decode()
    assert bulk.uploads.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_files_that_were_all_refused_may_be_sent_again_at_once(client, group):  # noqa: F811
    client.force_login(group.tutor)
    url = reverse("bulk-upload-add", args=[group.bulk().pk])
    for _ in range(2):
        data = {"files": SimpleUploadedFile("0047.exe", b"MZ"), "once": "a"}
        assert "“0047.exe” was not accepted" in client.post(url, data, follow=True).content.decode()


@pytest.mark.django_db
def test_order_sent_twice_leads_to_the_one_that_was_made(client):
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.fee(qualification, "12.00")
    centres.approval(centre, qualification)
    client.force_login(centres.person(centre))
    url = reverse("order-new", args=[centre.number])
    typed = {"order_number": "PO-1", f"quantity_{qualification.pk}": "5", "once": "a"}
    first, again = client.post(url, typed), client.post(url, typed)
    assert (first.status_code, again.url, centre.entry_orders.count()) == (302, first.url, 1)


ADDED = {
    "candidates": {"number": "0777", "first_names": "Ann", "last_name": "Lee"}
    | {"date_of_birth_day": "1", "date_of_birth_month": "2", "date_of_birth_year": "2010"},
    "groups": {"name": "10B"},
    "role_offers": {"name": "Dana", "email": "dana@example.org", "roles": ["tutor"]},
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "made"),
    [
        ("candidate-add", "candidates"),
        ("group-add", "groups"),
        ("person-add", "role_offers"),
        ("candidate-import-new", "candidate_imports"),
    ],
)
def test_what_is_added_twice_leads_to_the_one_that_was_made(client, page, made):
    centre = centres.centre()
    client.force_login(centres.person(centre))
    url = reverse(page, args=[centre.number])
    assert client.get(url).content.decode().count('name="once"') == 1

    def send():
        file = {"file": SimpleUploadedFile("a.csv", b"No,Surname\n1,Lee\n")} if page.endswith("new") else {}
        return client.post(url, {**ADDED.get(made, {}), **file, "once": "a"})

    first, again = send(), send()
    assert (first.status_code, again.status_code, again.url) == (302, 302, first.url)
    assert getattr(centre, made).count() == 1


@pytest.mark.django_db
def test_what_was_remembered_is_forgotten():
    SentForm.objects.create(key="old", at=timezone.now() - once.REMEMBERED - timedelta(seconds=1))
    SentForm.objects.create(key="new")
    once.forget_old()
    assert list(SentForm.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_write_one_message():
    work = make.assignment()
    url = reverse("work-messages", args=[work.pk])

    def click():
        client = Client()
        client.force_login(work.candidate.user)
        client.post(url, {"text": "Hello"})

    assert at_once(click, click) == ["won", "won"]
    assert texts_of(work) == ["Hello"]
