"""Bulk uploads: files for several candidates at once, sorted by their names, corrected and confirmed by a person."""
