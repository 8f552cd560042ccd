"""Two-step verification: authenticator app, passkeys, recovery codes (docs/decisions/second-step.md)."""
