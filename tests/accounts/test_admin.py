"""People in Django admin: added and invited, never with a password that somebody else typed."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse

from portal.accounts import actions
from portal.accounts.models import EMail, Invitation, User
from portal.accounts.staff_group import load_staff_group
from portal.kit.models import Event
from tests.factories import accounts, candidates

pytestmark = pytest.mark.django_db
LIST = "admin:accounts_user_changelist"


@pytest.fixture
def staff(client):
    person = accounts.staff(name="Sam Staff")
    client.force_login(person)
    return person


def change_url(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def test_admin_is_entered_by_the_one_sign_in_page(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.request["PATH_INFO"] == reverse("sign-in")
    client.force_login(accounts.adult())
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_password_is_changed_on_the_one_page_for_it(client, staff):
    own = reverse("admin:password_change")
    assert f'href="{own}"' in client.get(reverse("admin:index")).content.decode()
    assert client.get(own).url == client.post(own, {"old_password": "x"}).url == reverse("change-password")


def test_added_person_is_invited_and_has_no_password(client, staff):
    typed = {"name": "Nina New", "email": "Nina@Example.org", "is_staff": ""}
    client.post(reverse("admin:accounts_user_add"), typed)
    person = User.objects.get(email="nina@example.org")
    assert (person.sign_in_name, person.has_usable_password()) == ("nina@example.org", False)
    assert Invitation.objects.get(user=person).issued_by == staff
    assert sorted(Event.objects.about(person).values_list("verb", flat=True)) == ["add person", "invite"]


@pytest.mark.parametrize("email", ["", "ann@example.org", "ANN@example.org"])
def test_person_needs_an_email_address_of_their_own(client, staff, email):
    accounts.adult(email="ann@example.org")
    page = client.post(reverse("admin:accounts_user_add"), {"name": "Nina", "email": email}).content.decode()
    assert "e-mail address" in page and "errornote" in page
    assert not User.objects.filter(name="Nina").exists()


def test_changed_address_is_the_only_one_to_sign_in_by(client, staff):
    person = accounts.adult(email="old@example.org")
    EmailAddress.objects.create(user=person, email="old@example.org", verified=True, primary=True)
    for _ in range(2):  # saved again unchanged
        client.post(change_url(person), {"name": person.name, "email": "new@example.org", "is_active": "on"})
    person.refresh_from_db()
    assert (person.email, person.sign_in_name) == ("new@example.org", "new@example.org")
    assert person.check_password(accounts.PASSWORD)
    assert not EmailAddress.objects.filter(email="old@example.org").exists()
    changed = Event.objects.about(person).get(verb="change person").details
    assert changed == {"changed": {"email": ["old@example.org", "new@example.org"]}}


def test_links_sent_to_the_old_address_end_with_it(client, staff):
    person = accounts.adult(email="old@example.org")
    actions.ask_for_password("old@example.org")
    typed = {"name": "Nina", "email": "old@example.org", "is_active": "on"}
    client.post(change_url(person), typed)
    assert person.passwordrequests.get().is_open
    client.post(change_url(person), typed | {"email": "new@example.org"})
    assert not person.passwordrequests.get().is_open
    assert not person.invitations.exists()


def test_whoever_was_invited_at_a_wrong_address_is_invited_at_the_right_one(client, staff):
    person = accounts.adult(email="old@example.org", password=None)
    wrong = actions.invite(person, by=staff)
    client.post(change_url(person), {"name": person.name, "email": "new@example.org", "is_active": "on"})
    wrong.refresh_from_db()
    assert not wrong.is_open
    assert EMail.objects.latest("pk").recipient == "new@example.org"
    assert [found.is_open for found in person.invitations.order_by("pk")] == [False, True]


def test_form_sent_as_it_was_leaves_no_line(client, staff):
    person = accounts.adult()
    client.post(change_url(person), {"name": person.name, "email": person.email, "is_active": "on"})
    assert not Event.objects.about(person).exists()


def test_no_page_shows_or_takes_a_password(client, staff):
    person = accounts.adult()
    page = client.get(change_url(person)).content.decode()
    assert person.password not in page and "argon2" not in page
    assert 'name="password' not in page
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[person.pk])
    assert client.get(f"{change_url(person)}../password/".replace("change/../", "")).status_code in (302, 404)
    assert client.get(reverse(LIST), {"password__startswith": "argon2"}).status_code in (302, 400)


def test_people_are_not_deleted_and_candidates_not_changed_here(client, staff):
    candidate = candidates.candidate()
    assert client.get(reverse("admin:accounts_user_delete", args=[accounts.adult().pk])).status_code == 403
    page = client.get(change_url(candidate.user)).content.decode()
    assert candidate.user.name in page and 'name="_save"' not in page
    assert client.post(change_url(candidate.user), {"name": "Else"}).status_code == 403


def test_invite_action_leaves_candidates_out(client, staff):
    adult, candidate = accounts.adult(name="Ann Adult"), candidates.candidate()
    chosen = {"action": "invite", "_selected_action": [adult.pk, candidate.user.pk]}
    page = client.post(reverse(LIST), chosen, follow=True).content.decode()
    assert "Invited: Ann Adult." in page and "1 left out" in page
    assert list(Invitation.objects.values_list("user", flat=True)) == [adult.pk]


def test_only_a_superuser_gives_powers_away(client):
    helper = accounts.adult(is_staff=True)
    content_type = ContentType.objects.get_for_model(User)
    helper.user_permissions.set(Permission.objects.filter(content_type=content_type))
    client.force_login(helper)
    client.post(
        change_url(helper),
        {"name": helper.name, "email": helper.email, "is_active": "on", "is_superuser": "on"},
    )
    helper.refresh_from_db()
    assert (helper.is_superuser, helper.is_staff) == (False, True)


def test_ordinary_staff_add_and_invite_people_and_change_nobody(client):
    helper, known = accounts.adult(is_staff=True), accounts.adult(password=None)
    helper.groups.add(load_staff_group())
    client.force_login(helper)
    typed = {"name": "Nina New", "email": "nina@example.org", "is_staff": "on"}
    client.post(reverse("admin:accounts_user_add"), typed)
    added = User.objects.get(email="nina@example.org")
    assert not added.is_staff
    client.post(reverse(LIST), {"action": "invite", "_selected_action": [known.pk]})
    assert set(Invitation.objects.values_list("user", flat=True)) == {added.pk, known.pk}
    assert client.post(change_url(known), {"name": "X", "email": "mine@example.org"}).status_code == 403


def test_list_takes_the_same_queries_for_many_people(client, staff, queries_of):
    url = reverse(LIST)
    client.get(url)
    before = queries_of(lambda: client.get(url, {"q": "example"}))
    for _ in range(5):
        accounts.adult(password=None)
    assert queries_of(lambda: client.get(url, {"q": "example"})) == before


def test_groups_and_permissions_given_here_are_in_the_audit_trail(client, staff):
    person, group = accounts.adult(), load_staff_group()
    may_see = Permission.objects.get(codename="view_user", content_type__app_label="accounts")
    typed = {"name": person.name, "email": person.email, "is_active": "on", "is_staff": "on"}
    client.post(change_url(person), {**typed, "groups": [group.pk], "user_permissions": [may_see.pk]})
    changed = Event.objects.about(person).get(verb="change powers")
    assert changed.by == staff
    assert changed.details == {
        "changed": {"groups": [[], ["Awarding-body staff"]], "permissions": [[], ["view_user"]]}
    }
    client.post(change_url(person), {**typed, "groups": [group.pk], "user_permissions": [may_see.pk]})
    assert Event.objects.about(person).filter(verb="change powers").count() == 1
