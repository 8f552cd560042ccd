"""Stored files and nothing of the field: received in parts, inspected, scanned, rendered, shown, sent by one door."""
