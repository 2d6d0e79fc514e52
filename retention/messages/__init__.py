"""What crosses a process or workflow edge: pydantic models, one file per subject."""
