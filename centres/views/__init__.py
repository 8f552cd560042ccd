"""Pages about a centre, a module a story."""
