"""How django-allauth's factors behave here: sealed secrets, our own names and messages."""

import base64
import hashlib
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This did not work. Try again, or use another method.",
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret: what is in the database opens nothing without the server's key."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises cryptography's InvalidToken if the key it was sealed with is gone."""
        return _sealer().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return settings.PORTAL_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the address of the portal, never to what a request claims its host is."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.PORTAL_NAME}

    def generate_authenticator_name(self, user, type) -> str:
        count = user.authenticator_set.filter(type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"


def _sealer() -> MultiFernet:
    """Seals with the secret key; also opens what was sealed with earlier keys."""
    return MultiFernet(
        [Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derived(key: str) -> bytes:
    digest = hashlib.blake2b(b"second step", key=hashlib.sha512(force_bytes(key)).digest(), digest_size=32)
    return base64.urlsafe_b64encode(digest.digest())
