"""Resumable uploads: the protocol (`tus`), receiving parts (`receiving`), and making evidence of them (`joining`)."""
