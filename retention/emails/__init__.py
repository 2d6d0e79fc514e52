"""Letters: composed, invited, and sent through one door."""
