"""Whether a request is ready to be sent: what payers ask for, point by point."""
