"""The pages of candidates' work, a module a story."""
