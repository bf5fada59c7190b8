"""What the clinic keeps and does: records, events, screens, tasks, mail."""
