"""The error for a refused row names the constraint it broke."""

import pytest
from django.db import IntegrityError, transaction

from centres.models import Centre
from moderation.models import Claim
from portal.kit.constraints import constraint_of
from tests.factories import centres
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


def error_of(write) -> IntegrityError:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    return refusal.value


def test_constraint_is_named_and_what_is_none_has_no_name():
    draft = make.draft_claim()
    number = centres.centre().number
    same = {"centre": draft.centre, "qualification": draft.qualification, "created_by": draft.created_by}
    assert [
        constraint_of(error_of(lambda: Claim.objects.create(number="CL-1", **same))),
        constraint_of(error_of(lambda: Centre.objects.filter(number=number).update(number="1"))),
        constraint_of(error_of(lambda: Claim.objects.filter(pk=draft.pk).update(created_by=None))),
        constraint_of(IntegrityError("made up")),
    ] == ["claim_one_open_draft", "centre_number_five_digits", "", ""]
