"""What goes out on paper: what stands on it, and the pages."""
