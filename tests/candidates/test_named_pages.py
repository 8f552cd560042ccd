"""The pages of named entries: the list, the names on an order, a file of names, withdrawing and transferring."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from candidates.models import NamedEntry
from centres import actions as centre_actions
from centres.models import EntryOrder
from tests.factories import accounts, candidates, catalogue, centres
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """A signed-in exams officer: (client, centre, a size the centre may enter for)."""
    centre, size = centres.centre(), catalogue.size()
    centres.may_enter(centre, size)
    client.force_login(centres.person(centre))
    return client, centre, size


def page_of(client, name, *args, **asked) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- ordering -------------------------------------------------------------------------------------


def test_order_goes_from_its_number_to_the_names_to_the_statement(office):
    client, centre, size = office
    first, second = candidates.candidate(centre), candidates.candidate(centre)
    answer = client.post(reverse("named-order-new", args=[centre.number]), {"order_number": "N 1"})
    order = EntryOrder.objects.get()
    add = reverse("order-names-add", args=[centre.number, order.pk])
    assert answer.url == add
    assert f"{first}" in client.get(add).content.decode()
    answer = client.post(add, {"candidates": [first.pk]}, follow=True)
    assert said(answer) == [f"1 name added to the order under {size.code}."]
    assert f"{first}" not in client.get(add).content.decode()
    client.post(add, {"everybody": "1"}, follow=True)
    assert set(NamedEntry.objects.values_list("candidate", flat=True)) == {first.pk, second.pk}

    names = reverse("order-names", args=[centre.number, order.pk])
    entry = second.named_entries.get()
    assert said(client.post(names, {"entries": [entry.pk]}, follow=True)) == [
        "1 name removed from the order."
    ]
    page = client.get(order.get_absolute_url()).content.decode()
    assert "£42.00" in page and "See the names on this order" in page and names in page
    check = client.get(reverse("order-submit", args=[centre.number, order.pk])).content.decode()
    assert size.code in check and "£42.00" in check
    centre_actions.submit_order(order, by=order.created_by)
    centre_actions.process_order(order, by=accounts.staff())
    page = client.get(names).content.decode()
    assert first.display_name in page and "Remove selected names" not in page
    assert client.get(add).url == names


def test_order_number_is_used_once(office):
    client, centre, size = office
    candidates.named_order(centre, size)
    taken = EntryOrder.objects.get().order_number
    page = client.post(reverse("named-order-new", args=[centre.number]), {"order_number": taken})
    assert "Your centre has already used this order number." in page.content.decode()


def test_candidates_to_add_are_filtered_by_group_and_words(office):
    client, centre, size = office
    order = candidates.named_order(centre, size)
    anna, ben = (candidates.candidate(centre, first_names=name) for name in ("Anna", "Ben"))
    group = candidates.group(centre, anna)
    add = ["order-names-add", centre.number, order.pk]
    for asked in ({"group": group.pk}, {"find": "anna"}):
        page = page_of(client, *add, **asked)
        assert str(anna) in page and str(ben) not in page
    client.post(f"{reverse(add[0], args=add[1:])}?group={group.pk}", {"everybody": "1"})
    assert anna.named_entries.exists() and not ben.named_entries.exists()


def test_nothing_ticked_is_said_and_what_was_ticked_stays(office):
    client, centre, size = office
    order = candidates.named_order(centre, size)
    free, entered = candidates.candidate(centre), NamedEntry.objects.get().candidate
    url = reverse("order-names-add", args=[centre.number, order.pk])
    assert said(client.post(url, {})) == ["Select at least one candidate."]
    answer = client.post(url, {"candidates": [free.pk, entered.pk]})
    assert f'id="in-{free.pk}" checked' in answer.content.decode()
    assert not free.named_entries.exists()


def test_centre_with_nothing_to_enter_for_is_told_so(client):
    centre = centres.centre()
    client.force_login(centres.person(centre))
    assert "You cannot enter candidates now" in page_of(client, "named-order-new", centre.number)
    assert "once your centre is approved" in page_of(client, "named-entries", centre.number)


# --- a file of names ------------------------------------------------------------------------------


def upload(client, order, text: str):
    url = reverse("order-names-file", args=[order.centre.number, order.pk])
    return client.post(url, {"file": SimpleUploadedFile("names.csv", text.encode())})


def test_every_faulty_row_is_named_and_nobody_is_entered(office):
    client, centre, size = office
    order = candidates.named_order(centre, size)
    held = NamedEntry.objects.get().candidate
    free = candidates.candidate(centre)
    other = catalogue.size()
    text = "\n".join(
        [
            "Candidate number;Name;Scheme code",
            f"{free.number};Right;{size.code}",
            f";Nobody;{size.code}",
            f"12345;Too long;{size.code}",
            f"9998;Unknown;{size.code}",
            f"{free.number};No code;",
            f"{free.number};Not offered;{other.code}",
            f"{held.number};Held;{size.code}",
            f"{free.number};Twice;{size.code}",
        ]
    )
    answer = upload(client, order, text)
    assert [(problem.line, problem.reason) for problem in answer.context["problems"]] == [
        (3, "Candidate number is missing."),
        (4, "“12345” is not a number from 0001 to 9999."),
        (5, "Your centre has no candidate 9998."),
        (6, "Scheme code is missing."),
        (7, f"Your centre cannot enter candidates under “{other.code}”."),
        (8, f"{held} is already entered for {size.qualification}, or on an order."),
        (9, f"{free} is already in line 2 for {size.qualification}."),
    ]
    page = html_of(answer)
    assert "7 problems in 7 lines." in page and "1 other line is fine" in page
    assert not free.named_entries.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" ", "The file is empty."),
        ("Candidate number,Code\n1,2", "The column “scheme code” is missing."),
        ("Candidate number,Scheme code\n", "The file has headings but no candidates below them."),
    ],
)
def test_file_that_cannot_be_read_is_named(office, text, reason):
    client, centre, size = office
    answer = upload(client, candidates.named_order(centre, size), text)
    assert [problem.reason for problem in answer.context["problems"]] == [reason]


def test_file_without_a_fault_is_entered_when_confirmed(office):
    client, centre, _ = office
    size = catalogue.size(code="05001")
    centres.may_enter(centre, size)
    order = candidates.named_order(centre, size)
    first, second = candidates.candidate(centre), candidates.candidate(centre)
    text = f"candidate number,scheme code\n{int(first.number)},5001\n{second.number},05001\n"
    answer = upload(client, order, text)
    assert "Add 2 names to the order?" in answer.content.decode()
    assert NamedEntry.objects.count() == 1
    url = reverse("order-names-file", args=[centre.number, order.pk])
    answer = client.post(url, {"text": answer.context["text"]}, follow=True)
    assert said(answer) == ["2 names added to the order."]
    assert order.lines.get().quantity == 3
    again = client.post(url, {"text": text})
    assert len(again.context["problems"]) == 2
    assert order.lines.get().quantity == 3


# --- the list -------------------------------------------------------------------------------------


def test_list_is_filtered_and_exported(office):
    client, centre, size = office
    live = candidates.named_entry(centre, size)
    candidates.named_order(centre, size)
    draft = NamedEntry.objects.standing("draft").get()
    group = candidates.group(centre, live.candidate)
    url = ["named-entries", centre.number]
    filters = [{"state": "processed"}, {"group": group.pk}, {"find": live.candidate.number}]
    for asked in filters:
        page = page_of(client, *url, **asked)
        assert live.candidate.display_name in page and draft.candidate.display_name not in page
        rows = page_of(client, "named-entries-csv", centre.number, **asked).splitlines()
        assert len(rows) == 2 and live.candidate.number in rows[1] and "Entered" in rows[1]
    everybody = {"code": size.code, "qualification": size.qualification.code}
    assert draft.candidate.display_name in page_of(client, *url, **everybody)
    assert "No named entries match" in page_of(client, *url, state="withdrawn")
    assert draft.candidate.display_name in page_of(client, *url, state="nonsense")


def test_other_centres_entries_are_not_there(office):
    client, centre, size = office
    foreign = candidates.named_entry(centres.centre(), size)
    assert foreign.candidate.display_name not in page_of(client, "named-entries", centre.number)
    assert client.get(reverse("named-entry", args=[centre.number, foreign.pk])).status_code == 404
    assert client.get(foreign.get_absolute_url()).status_code == 404


def test_lists_take_the_same_queries_for_one_row_and_for_three(office, queries_of):
    client, centre, size = office
    order = candidates.named_order(centre, size)
    free = candidates.candidate(centre)
    urls = [
        reverse("named-entries", args=[centre.number]),
        reverse("named-entries-csv", args=[centre.number]),
        reverse("order-names", args=[centre.number, order.pk]),
        reverse("order-names-add", args=[centre.number, order.pk]),
        order.get_absolute_url(),
    ]
    [client.get(url) for url in urls]
    before = [queries_of(lambda url=url: client.get(url)) for url in urls]
    many = [candidates.candidate(centre) for _ in range(3)]
    candidates.group(centre, free, *many)
    from candidates import actions

    actions.enter_candidates(order, size, many[:2], by=order.created_by)
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == before


# --- one entry ------------------------------------------------------------------------------------


def test_entry_is_withdrawn_with_a_reason(office):
    client, centre, size = office
    entry = candidates.named_entry(centre, size)
    url = reverse("named-entry-withdraw", args=[centre.number, entry.pk])
    assert url in client.get(entry.get_absolute_url()).content.decode()
    assert "Enter the reason" in client.post(url, {"reason": " "}).content.decode()
    answer = client.post(url, {"reason": "Left in March."}, follow=True)
    entry.refresh_from_db()
    assert (entry.state, entry.reason) == ("withdrawn", "Left in March.")
    page = answer.content.decode()
    assert "Nothing more can be claimed" in page and url not in page
    assert client.get(url).url == entry.get_absolute_url()
    assert "has been processed can be" in client.post(url, {"reason": "Again."}).content.decode()


def test_cheaper_size_is_said_not_to_be_credited_and_holds_at_once(office):
    client, centre, size = office
    smaller = catalogue.size(qualification=size.qualification)
    centres.may_enter(centre, smaller, price="40.00")
    entry = candidates.named_entry(centre, size)
    url = reverse("named-entry-transfer", args=[centre.number, entry.pk])
    page = client.get(url).content.decode()
    assert f"{smaller.code} {smaller.title}: nothing to pay, nothing credited" in page
    assert "<strong>nothing is credited</strong>" in page and 'name="order_number"' not in page
    answer = client.post(url, {"size": f"{smaller.pk} 0", "reason": "One year."}, follow=True)
    made = NamedEntry.objects.get(transferred_from=entry)
    assert said(answer) == [f"{entry.candidate} is now entered under {smaller.code}."]
    assert (made.award, made.is_alive) == (smaller, True)
    assert smaller.code in client.get(entry.get_absolute_url()).content.decode()


def test_dearer_size_says_its_price_and_is_ordered(office):
    client, centre, size = office
    larger = catalogue.size(qualification=size.qualification)
    centres.may_enter(centre, larger, price="75.00")
    entry = candidates.named_entry(centre, size)
    url = reverse("named-entry-transfer", args=[centre.number, entry.pk])
    assert f"{larger.code} {larger.title}: £33.00 more" in client.get(url).content.decode()
    typed = {"size": f"{larger.pk} 33.00", "reason": "Two years."}
    page = client.post(url, typed).content.decode()
    assert "Enter your order number for the cost of the larger size." in page and "Two years." in page
    taken = {**typed, "order_number": entry.order_line.order.order_number}
    assert "has already used this order number" in client.post(url, taken).content.decode()
    old_price = {**typed, "size": f"{larger.pk} 30.00", "order_number": "PO-UP"}
    assert "This size or its price has changed" in client.post(url, old_price).content.decode()
    assert NamedEntry.objects.count() == 1

    answer = client.post(url, {**typed, "order_number": "PO-UP"}, follow=True)
    made = NamedEntry.objects.for_lists().get(transferred_from=entry)
    assert said(answer) == [
        f"Order PO-UP for {larger.code} submitted. "
        f"Until it is processed, {entry.candidate} stays entered under {size.code}."
    ]
    assert "takes the place of the entry under" in answer.content.decode()
    page = client.get(entry.get_absolute_url()).content.decode()
    assert made.order_line.order.get_absolute_url() in page and url not in page
    order_page = client.get(made.order_line.order.get_absolute_url()).content.decode()
    assert "Supplement: larger size" in order_page and "£33.00" in order_page
    assert "Order the same again" not in order_page
    names = page_of(client, "order-names", centre.number, made.order_line.order.pk)
    assert entry.candidate.display_name in names


def test_page_says_so_when_there_is_no_other_size(office):
    client, centre, size = office
    entry = candidates.named_entry(centre, size)
    page = page_of(client, "named-entry-transfer", centre.number, entry.pk)
    assert "There is no other size to change to" in page and "<form" not in page.split("<main")[1]


def test_candidates_page_shows_their_entries(office):
    client, centre, size = office
    entry = candidates.named_entry(centre, size)
    page = page_of(client, "candidate", centre.number, entry.candidate.number)
    assert entry.get_absolute_url() in page and size.code in page


def test_pages_of_entries_lead_to_the_named_ones_where_there_can_be_any(office):
    client, centre, _ = office
    for page in ("entries", "orders"):
        assert "Named entries" in page_of(client, page, centre.number) or page == "orders"
    assert "Order named entries" in page_of(client, "orders", centre.number)
    other = centres.centre()
    client.force_login(centres.person(other))
    for page in ("entries", "orders"):
        assert "amed entries</a>" not in page_of(client, page, other.number).replace(
            "unnamed entries</a>", ""
        )
