"""Speed, measured beside a floor in the same run; only ratios mean anything."""
