"""One file for each programme: its words, its start message, its terms and the forms of its tasks."""
