"""Stored files, whatever they are for: received in parts, inspected, scanned, rendered, shown and sent."""
