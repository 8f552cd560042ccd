"""`make faults`: what breaks is broken on purpose, and the portal is watched getting over it."""
