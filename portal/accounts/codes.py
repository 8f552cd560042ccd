"""One-time secrets on paper or by e-mail: derived from a stored nonce, never stored themselves.

A slip can be printed again and a worker can write the same e-mail twice, yet the database alone reveals
nothing: the server's secret key is also needed.
"""

import base64
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

NONCE_LENGTH = 32
# Without the letters and digits that are easily confused in print (I, L, O, U, 0, 1).
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8  # about 39 bits, behind throttled sign-in


def new_nonce() -> str:
    return secrets.token_hex(NONCE_LENGTH // 2)


def paper_code(nonce: str) -> str:
    """The one-time sign-in code of `nonce`, as printed: two groups of four, `K7QM-3FPX`."""
    digest = salted_hmac("portal.accounts.paper-code", nonce, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    letters = ""
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters += ALPHABET[index]
    return f"{letters[:4]}-{letters[4:]}"


def is_paper_code(typed: str, nonce: str) -> bool:
    """Whether `typed` is the code of `nonce`, however it was spaced or capitalised."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return constant_time_compare(plain, paper_code(nonce).replace("-", ""))


def link_token(nonce: str) -> str:
    """The secret part of a link sent by e-mail."""
    digest = salted_hmac("portal.accounts.link-token", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def is_link_token(given: str, nonce: str) -> bool:
    return constant_time_compare(given, link_token(nonce))
