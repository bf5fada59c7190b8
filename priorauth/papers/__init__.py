"""What the words of a payer's letter propose. A person confirms each; none fills itself in."""
