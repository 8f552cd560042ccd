"""The two sides of a claim: the centre builds and submits it, the moderator reviews and concludes it."""
