"""The public check: by number and holder, or by the seal in the QR code."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from moderation.awards import actions, numbers, views
from moderation.awards.rules import is_holder
from tests.awards.confirming import confirm, revoke
from tests.factories import accounts, candidates
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
VALID, REPLACED = "This certificate is valid", "was replaced by a newer one"
REVOKED, UNKNOWN = "This certificate was revoked", "No matching certificate found"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def certificate():
    claim = make.draft_claim(1)
    candidate = claim.lines.get().assignment.candidate
    candidate.first_names, candidate.last_name = "Zoë", "O’Brien-Żądło"
    candidate.save()
    return make.certificate_for(claim)


def ask(client, number, last_name="", born=None, **options) -> str:
    day, month, year = born or ("", "", "")
    data = {
        "number": number, "last_name": last_name,
        "date_of_birth_day": day, "date_of_birth_month": month, "date_of_birth_year": year,
    }  # fmt: skip
    return client.post(reverse("check"), data, **options).content.decode()


def answer(html: str) -> list[str]:
    return [words for words in (VALID, REPLACED, REVOKED, UNKNOWN) if words in html]


def test_holder_is_known_by_last_name_or_by_birth_date(client, certificate):
    for said in (
        {"last_name": "O’Brien-Żądło"},
        {"last_name": "o'brien zadlo"},
        {"last_name": "ŻĄDŁO"},
        {"born": ("14", "3", "2010")},
        {"last_name": "Żądło", "born": ("14", "March", "2010")},
    ):
        html = ask(client, certificate.number, **said)
        assert answer(html) == [VALID]
        assert "Zoë O’Brien-Żądło" in html
    typed = f" {certificate.number.lower().replace('-', ' ')} "
    assert answer(ask(client, typed, "Żądło")) == [VALID]


def test_wrong_number_and_wrong_holder_are_answered_with_the_same_words(client, certificate):
    wrong = [
        ask(client, certificate.number, "Smith"),
        ask(client, certificate.number, born=("15", "3", "2010")),
        ask(client, certificate.number, "Żądło", born=("15", "3", "2010")),
        ask(client, certificate.number, "Zoë"),
        ask(client, "2222-2222-2222", "Żądło"),
    ]
    assert [answer(html) for html in wrong] == [[UNKNOWN]] * 5
    verdicts = {html[html.index('<section class="verdict') : html.index("</section>")] for html in wrong}
    assert len(verdicts) == 1
    assert all("Zoë O’Brien" not in html for html in wrong)


def test_number_alone_is_not_enough(client, certificate):
    html = ask(client, certificate.number)
    assert "Enter the holder’s last name, their date of birth, or both" in html
    assert answer(html) == []


def test_replaced_certificate_points_to_a_newer_one_without_naming_it(client, certificate):
    newer = actions.reissue(certificate, by=accounts.staff(), why="Lost")
    html = ask(client, certificate.number, "Żądło")
    assert answer(html) == [REPLACED]
    assert newer.number not in html
    assert answer(ask(client, newer.number, "Żądło")) == [VALID]


def test_revoked_certificate_is_said_to_be_revoked(client, certificate):
    revoke(certificate, reason="Copied from the web by Zoë.")
    html = ask(client, certificate.number, "Żądło")
    assert answer(html) == [REVOKED]
    assert "The assessment behind it is no longer valid." in html
    assert "Copied from the web" not in html


def test_award_pulled_down_by_a_unit_says_so(client, level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    revoke(candidate.certificates.get(line__assignment__unit__number=2), reason="Copied from the web.")
    award = candidate.certificates.get(kind="award")
    html = ask(client, award.number, candidate.last_name)
    assert answer(html) == [REVOKED]
    assert "A unit that it counted was revoked." in html
    assert "Copied from the web" not in html


def test_qr_code_opens_the_answer_and_a_wrong_seal_is_a_wrong_number(client, certificate):
    good = client.get(
        reverse("check-certificate", args=[certificate.number, numbers.seal(certificate.number)])
    )
    assert (good.status_code, answer(good.content.decode())) == (200, [VALID])
    for number, seal in (
        (certificate.number, "0" * 12),
        ("2222-2222-2222", numbers.seal("2222-2222-2222")),
        ("2222-2222-2222", numbers.seal(certificate.number)),
    ):
        response = client.get(reverse("check-certificate", args=[number, seal]))
        html = response.content.decode()
        assert (response.status_code, answer(html)) == (404, [UNKNOWN])
        assert 'name="number"' in html


def test_seal_printed_under_an_earlier_secret_key_still_opens(client, certificate, settings):
    printed = numbers.seal(certificate.number)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert numbers.seal(certificate.number) != printed
    assert client.get(reverse("check-certificate", args=[certificate.number, printed])).status_code == 200


def test_too_many_checks_from_one_address_are_held_back(client, certificate, monkeypatch):
    monkeypatch.setattr(views, "CHECKS_A_MINUTE", 3)
    for _ in range(3):
        assert answer(ask(client, certificate.number, "Żądło")) == [VALID]
    data = {"number": certificate.number, "last_name": "Żądło"}
    held = client.post(reverse("check"), data)
    assert held.status_code == 429
    assert answer(held.content.decode()) == []
    assert certificate.number in held.content.decode(), "what was typed is kept"
    assert client.get(reverse("check")).status_code == 200
    assert answer(ask(client, certificate.number, "Żądło", REMOTE_ADDR="10.0.0.9")) == [VALID]


def test_too_many_seals_from_one_address_are_held_back(client, certificate, monkeypatch):
    monkeypatch.setattr(views, "CHECKS_A_MINUTE", 3)
    url = reverse("check-certificate", args=[certificate.number, numbers.seal(certificate.number)])
    wrong = reverse("check-certificate", args=[certificate.number, "0" * 12])
    answers = [client.get(address).status_code for address in (url, wrong, wrong, url, wrong)]
    assert answers == [200, 404, 404, 429, 429]
    assert "Too many checks from your address" in client.get(url).content.decode()
    assert client.get(url, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(rf, settings):
    from portal.kit.throttle import address_of

    request = rf.get("/", headers={"X-Forwarded-For": "1.1.1.1, 10.0.0.7"})
    assert address_of(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(request) == "10.0.0.7"


def test_nothing_said_of_the_holder_is_no_match(certificate):
    assert not is_holder(certificate, "", None)
    assert not is_holder(certificate, "-", None)


@pytest.mark.parametrize("typed", ["ŻĄDŁO", "Zadlo", "z‘ądło"])
def test_holder_is_told_by_plain_letters(certificate, typed):
    assert is_holder(certificate, typed, None)
