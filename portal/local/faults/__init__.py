"""`make faults`: break things on purpose, and check that the portal recovers."""
