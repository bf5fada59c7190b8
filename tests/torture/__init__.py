"""Workers are killed while they send, and the mail server's own record says what came of it."""
