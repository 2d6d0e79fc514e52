"""The commands of `python -m rules` that ask the records or change them; the rest of the folder is pure."""
