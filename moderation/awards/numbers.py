"""Certificate numbers, their seals, and candidates' numbers at the awarding body."""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that print alike
GROUPS, GROUP_LENGTH = 3, 4
SEAL_LENGTH = 12


def new_number() -> str:
    """A certificate number that cannot be guessed or counted up: `7KQM-3FPX-R2WA`, some 58 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def tidy(typed: str) -> str:
    """A certificate number as people type it, in the printed form."""
    letters = [letter for letter in typed.upper() if letter.isalnum()]
    return "-".join("".join(letters[at : at + GROUP_LENGTH]) for at in range(0, len(letters), GROUP_LENGTH))


def seal(number: str, key: str | bytes | None = None) -> str:
    """What only the printed certificate's QR code knows besides the number."""
    made = salted_hmac("moderation.awards.seal", number, secret=key, algorithm="sha256")
    return made.hexdigest()[:SEAL_LENGTH]


def is_seal(given: str, number: str) -> bool:
    """Whether a seal belongs to the number, also one that was printed under an earlier secret key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any([constant_time_compare(given, seal(number, key)) for key in keys])  # noqa: C419  in constant time


def new_ocr_number() -> str:
    """A candidate's eight-digit number at the awarding body; the caller tries again if it is taken."""
    return f"{secrets.randbelow(90_000_000) + 10_000_000}"
