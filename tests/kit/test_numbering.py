"""Numbers in a series follow each other, also when two people ask at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from moderation.models import Claim
from portal.kit.numbering import next_number
from tests.factories import accounts, catalogue, centres


@pytest.mark.django_db
def test_series_starts_at_1_and_each_stem_has_its_own():
    assert next_number(Claim.objects.all(), "CL-10101-26", digits=4) == "CL-10101-260001"
    claim("CL-10101-260009")
    claim("CL-10101-270004")
    assert next_number(Claim.objects.all(), "CL-10101-26", digits=4) == "CL-10101-260010"
    assert next_number(Claim.objects.all(), "CL-10102-26", digits=4) == "CL-10102-260001"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_two_numbers():
    start = Barrier(2)
    about = [(centres.centre(), catalogue.qualification(), accounts.adult()) for _ in range(2)]

    def take(row) -> str:
        try:
            start.wait()
            with transaction.atomic():
                return claim(next_number(Claim.objects.all(), "CL-1-26", digits=4), *row).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, about)) == ["CL-1-260001", "CL-1-260002"]


def claim(number: str, centre=None, qualification=None, by=None) -> Claim:
    return Claim.objects.create(
        number=number,
        centre=centre or centres.centre(),
        qualification=qualification or catalogue.qualification(),
        created_by=by or accounts.adult(),
    )
