"""The portal: assembles the rooms; holds no rules of its own. It imports nothing: renditions are made in processes that
hold nothing but what shows the file."""
