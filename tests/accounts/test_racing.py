"""Two people at once, on separate connections: letting people in and issuing new codes."""

import pytest

from portal.accounts import actions
from portal.accounts.models import SignInCode, User
from tests.factories import accounts, candidates
from tests.moderation.test_racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "purple bicycle rain"


@pytest.mark.parametrize("_", range(8))
def test_first_sign_in_and_a_new_slip_at_once_wait_for_each_other(_):
    user, by = candidates.candidate().user, accounts.adult()
    (code,) = actions.issue_codes([user], by=by)

    outcome = at_once(
        lambda: actions.use_code(SignInCode.objects.get(pk=code.pk), NEW_PASSWORD),
        lambda: actions.issue_codes([User.objects.get(pk=user.pk)], by=by),
    )

    user.refresh_from_db()
    has_password = user.check_password(NEW_PASSWORD)
    assert outcome == (["won", "won"] if has_password else ["TransitionRefused", "won"])
    assert user.signincodes.filter(ended_at=None).exists() != has_password


def test_one_code_used_twice_at_once_lets_in_once():
    (code,) = actions.issue_codes([candidates.candidate().user], by=accounts.adult())
    use = lambda: actions.use_code(SignInCode.objects.get(pk=code.pk), NEW_PASSWORD)  # noqa: E731
    assert sorted(at_once(use, use)) == ["TransitionRefused", "won"]
