"""The portal: assembles the rooms, and has no rules of its own. It imports nothing, because the processes that make
renditions load only what they need to show the file."""
