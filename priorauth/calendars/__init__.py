"""Days, months and hours as law counts them: business days, month ends, local closing, UTC time."""
