"""What pages and claims cost as a centre grows: `make bench-pages`."""
