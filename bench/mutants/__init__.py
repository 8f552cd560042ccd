"""Mutation testing: change one place of a rule, and see whether a test notices. See docs/decisions/mutants.md."""
