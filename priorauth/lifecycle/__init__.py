"""What may happen to a request, in which order, and who may do it."""
