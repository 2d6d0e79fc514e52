"""One file per record: its table and every question asked of it. SQL lives only here."""
