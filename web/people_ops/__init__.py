"""Pages of People Ops and the ops managers."""
