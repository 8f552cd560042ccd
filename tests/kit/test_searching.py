"""Names are found however they are typed."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.accounts.models import User
from portal.kit.names import plain, words
from portal.kit.searching import holding
from tests.factories import accounts, candidates

NAMES = [
    "Zofia Wiśniewska", "Łucja Żak", "Seán O’Connor", "Siân Ní Bhriain", "Günther Großmann", "Adébáyọ̀ Ojo",
    "Anne-Marie Smith-Jones", "Søren Æbelø", "Þóra Eiðsdóttir", "D'Arcy Ŵyn", "Yıldız İnce", "Gal·la Vidal", "%_ Odd",
    "Ħabib Ǿrsted", "Seren – Ffion",
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Wisniewska", 0), ("WIŚNIEWSKA", 0), ("lucja", 1), ("O'Connor", 2), ("O’Connor", 2), ("oconnor", 2),
        ("O`Connor", 2), ("sean", 2), ("Sian", 3), ("ni bhr", 3), ("grossmann", 4), ("GROSSMANN", 4), ("adebayo", 5),
        ("smith jones", 6), ("marie", 6), ("soren", 7), ("aebelo", 7), ("Thora", 8), ("eidsdottir", 8),
        ("Wiśniewska, Zofia", 0), ("d’arcy", 9), ("Wyn", 9), ("yildiz", 10), ("ince", 10), ("Gal·la", 11),
        ("annemarie", 6), ("SmithJones", 6), ("Marie-Smith", 6), ("Smith-Jones, Anne", 6), ("habib", 13),
        ("orsted", 13), ("Seren Ffion", 14), ("O´Connor", 2), ("OConnor", 2),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_name_is_found_in_the_database_and_folded_alike_here(typed, found):
    for name in NAMES:
        accounts.adult(name=name)
    assert list(User.objects.filter(holding("plain_names", typed)).values_list("name", flat=True)) == [
        NAMES[found]
    ]
    assert User.objects.get(name=NAMES[found]).plain_names.replace("-", " ").strip() == plain(NAMES[found])


@pytest.mark.parametrize("typed", ["%", "_", "\\"])
@pytest.mark.django_db
def test_signs_of_patterns_are_no_patterns(typed):
    accounts.adult(name="Ann Lee")
    assert (words(typed), list(User.objects.filter(holding("plain_names", typed)))) == ([], [])


@pytest.mark.django_db
def test_names_are_found_in_the_admin(client):
    """Wherever the admin searches for people: in every list that has them."""
    member = candidates.candidate(first_names="Łucja", last_name="O’Connor", number="0103")
    client.force_login(accounts.staff())
    for typed in ("lucja", "O'Connor", "O’Connor, Łucja", "oconnor", "103"):
        page = client.get(reverse("admin:candidates_candidate_changelist"), {"q": typed})
        assert list(page.context["cl"].result_list) == [member], typed
    people = client.get(reverse("admin:accounts_user_changelist"), {"q": "lucja"})
    assert list(people.context["cl"].result_list) == [member.user]


def test_every_search_of_the_admin_for_names_is_by_plain_letters():
    """A name that is searched literally is not found without its accents."""
    by_name = [
        (type(each).__name__, field)
        for each in admin.site._registry.values()
        for field in each.search_fields
        if field.rpartition("__")[2] in ("first_names", "last_name", "known_as", "certificate_name", "who")
        or (
            field.rpartition("__")[2] == "name"
            and field.rpartition("__")[0].split("__")[-1] in ("user", "by")
        )
    ]
    assert by_name == []
