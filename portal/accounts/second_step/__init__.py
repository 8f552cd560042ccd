"""The second step of signing in: authenticator app, passkeys, recovery codes (docs/decisions/second-step.md)."""
