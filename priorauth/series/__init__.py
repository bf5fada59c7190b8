"""A course of infusions: its dates, its units, how far an approval carries, when to renew."""
