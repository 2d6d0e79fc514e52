"""The rulebook: facts in, firings and their explanations out. Pure; no database, no Temporal."""
