"""A year of a made-up clinic: nothing that is approved lapses unseen."""
