"""The stories that people-ops would tell, as durable workflows: they decide and remember."""
