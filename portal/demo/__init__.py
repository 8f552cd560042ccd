"""The demo: who is in it, and how its data is made by the portal's own actions."""

PASSWORD = "demo-iMedia-2026"  # noqa: S105 - the same for everybody, and documented: only for a demo
