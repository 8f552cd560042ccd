"""The user guide: short parts for each role, as pages and as one PDF; each page of the portal links to its own."""
