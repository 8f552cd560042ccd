"""No order of events breaks the ledger (domain reference 5.2)."""

import pytest

from . import ledger_machine


@pytest.mark.django_db
def test_no_order_of_events_breaks_the_ledger():
    ledger_machine.run(examples=15, steps=25)
