"""The noticeboard's pages; most are public."""
