"""What the field knows: vocabulary, codes, calendars, rulebook, clocks, life cycle, letters.

This package imports no framework, reads no database and never asks what time it is: whoever
calls it passes `now` in.
"""
