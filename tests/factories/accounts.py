"""People with valid, ordinary data."""

from itertools import count

from portal.accounts.models import User

numbers = count(1)
PASSWORD = "correct horse battery"


def adult(**values) -> User:
    """Somebody who signs in by e-mail with PASSWORD, with no role anywhere."""
    number = next(numbers)
    values = {
        "name": f"Person {number}",
        "email": f"person{number}@example.org",
        "password": PASSWORD,
        **values,
    }
    return User.objects.create_user(values.pop("email"), values.pop("password"), **values)


def staff(**values) -> User:
    """Awarding-body staff who may do everything in the admin."""
    return adult(is_staff=True, is_superuser=True, **values)
