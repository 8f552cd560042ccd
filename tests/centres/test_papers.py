"""The welcome pack and its blank forms; names in the characters of many languages are printed."""

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kit import outbox
from tests.factories import catalogue, centres
from tests.pdf import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
NAME = "Ysgol Gyfun Gŵyr ac Ŷstrad Łódź, Coleg Addysg Bellach y De"


@pytest.fixture
def centre():
    return centres.centre(name=NAME, address="Heol yr Orsaf\nTre-gŵyr")


def test_welcome_pack_has_what_a_new_centre_needs(client, centre):
    client.force_login(centres.person(centre))
    order = centres.entries(centre, catalogue.qualification(), 4)
    page = client.get(reverse("welcome-pack", args=[centre.number])).content.decode()
    for name, more in (
        ("people", []), ("groups", []), ("orders", []), ("entries", []), ("claim-sheet-blank", []),
        ("batch-header-blank", []), ("order", [order.pk]),
    ):  # fmt: skip
        assert f'href="{reverse(name, args=[centre.number, *more])}"' in page
    for name in ("guides", "fees", "key-dates"):
        assert f'href="{reverse(name)}"' in page
    assert (
        reverse("welcome-pack", args=[centre.number])
        in client.get(centre.get_absolute_url()).content.decode()
    )


def test_tutor_sees_the_pack_without_orders(client, centre):
    client.force_login(centres.person(centre, Role.TUTOR))
    order = centres.entries(centre, catalogue.qualification(), 4)
    page = client.get(reverse("welcome-pack", args=[centre.number])).content.decode()
    assert "Claim sheet (NQF 4)" in page and "Batch header (NQF 5)" in page and order.order_number not in page


@pytest.mark.parametrize("route", ["UNNAMED", "NAMED"])
def test_pack_says_how_the_centre_orders_what_it_is_approved_for(client, centre, route):
    client.force_login(centres.person(centre))
    centres.approval(centre, catalogue.qualification(entry_route=route))
    page = client.get(reverse("welcome-pack", args=[centre.number])).content.decode()
    assert ("Unnamed entries: order them" in page) == (route == "UNNAMED")
    assert ("Named entries: order one for each candidate" in page) == (route == "NAMED")


@pytest.mark.parametrize(
    "name, words",
    [
        ("claim-sheet-blank", "Claim sheet (NQF 4): candidates and units"),
        ("batch-header-blank", "Batch header (NQF 5)"),
    ],
)
def test_blank_form_has_the_centres_name_and_number(client, centre, name, words):
    client.force_login(centres.person(centre))
    said = words_of(client.get(reverse(name, args=[centre.number])).content)
    assert words in said and NAME in said and centre.number in said


def test_statement_and_invoice_are_printed_with_a_long_name_in_welsh_and_polish(centre):
    order = centres.entries(centre, catalogue.qualification(), 4)
    outbox.work_all()
    for paper in (order.statement, order.invoice):
        paper.refresh_from_db()
        assert NAME in words_of(paper.pdf.read())


def test_name_that_cannot_be_written_is_refused_with_words(client):
    centre = centres.centre(name="مدرسة")
    client.force_login(centres.person(centre))
    page = client.get(reverse("claim-sheet-blank", args=[centre.number]), follow=True).content.decode()
    assert "This cannot be printed." in page


def test_printing_twice_leaves_one_invoice(centre):
    from centres.tasks import print_invoice

    order = centres.entries(centre, catalogue.qualification(), 4)
    for _ in range(2):
        print_invoice(order.invoice.pk)
    order.invoice.refresh_from_db()
    assert order.invoice.is_printed
