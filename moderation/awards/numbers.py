"""Certificate numbers and their seals, and the awarding body's candidate numbers."""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no characters that look alike in print
GROUPS, GROUP_LENGTH = 3, 4
SEAL_LENGTH = 12


def new_number() -> str:
    """A certificate number that cannot be guessed and is not sequential: `7KQM-3FPX-R2WA`, about 58 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def tidy(typed: str) -> str:
    """A typed certificate number in its printed form."""
    kept = [character for character in typed.upper() if character.isalnum()]
    return "-".join("".join(kept[at : at + GROUP_LENGTH]) for at in range(0, len(kept), GROUP_LENGTH))


def seal(number: str, key: str | bytes | None = None) -> str:
    """The secret part of a QR code, which nobody can work out from the certificate number."""
    made = salted_hmac("moderation.awards.seal", number, secret=key, algorithm="sha256")
    return made.hexdigest()[:SEAL_LENGTH]


def is_seal(given: str, number: str) -> bool:
    """Whether a seal belongs to the number, including seals printed under an earlier secret key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any([constant_time_compare(given, seal(number, key)) for key in keys])  # noqa: C419  in constant time


def new_ocr_number() -> str:
    """An eight-digit candidate number of the awarding body; the caller tries again if it is in use."""
    return f"{secrets.randbelow(90_000_000) + 10_000_000}"
