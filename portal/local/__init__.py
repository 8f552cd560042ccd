"""The portal on one machine: private servers, the stack that `make run` starts, and how to delete its data."""
