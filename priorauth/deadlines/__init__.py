"""From recorded facts to dated deadlines, each with the steps that led to it."""
