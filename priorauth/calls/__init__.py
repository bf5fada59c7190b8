"""What to ask an insurer on the phone."""
