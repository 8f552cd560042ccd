"""The pages of candidates' work, one module for each task."""
