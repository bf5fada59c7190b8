"""The law as data: one file per section, read into typed rules, chosen by facts."""
