"""Pages about a centre, one module for each story."""
