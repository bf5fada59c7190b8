"""Forms: what is typed becomes clean values; nothing here writes."""
