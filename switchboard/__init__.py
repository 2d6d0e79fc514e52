"""From the world to the waiting workflow, exactly once."""
