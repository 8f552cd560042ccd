"""The demo: what it is about, and how it comes about by the real verbs."""

PASSWORD = "demo-iMedia-2026"  # noqa: S105 - everybody's, and documented: for a demo alone
