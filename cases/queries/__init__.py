"""Reading across records. Nothing here writes."""
