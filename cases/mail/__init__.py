"""What leaves this house by mail: the message, and the two ways it can go."""
