"""Who at the awarding body is told about work for staff."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from .models import User


def staff_who_may(permission: str) -> list[User | str]:
    """Recipients for `mailing.tell`: every active member of staff with `permission`, such as
    "centres.change_entryorder"; where STAFF_EMAILS is set, those addresses and nobody else.

    An address with an account is treated as its person, so that e-mails come when that person wants them.
    """
    if not settings.STAFF_EMAILS:
        return list(ModelBackend().with_perm(permission).filter(is_staff=True))
    addresses = [address.lower() for address in settings.STAFF_EMAILS]
    people = {person.email: person for person in User.objects.filter(email__in=addresses)}
    return [people.get(address, address) for address in addresses]
