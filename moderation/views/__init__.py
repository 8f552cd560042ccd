"""The two sides of a claim: the centre builds and follows it, the moderator reviews and concludes it."""
