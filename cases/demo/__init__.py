"""A believable clinic of invented people, for newcomers, screenshots and measurements."""
