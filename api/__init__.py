"""The JSON API, and the application that serves API and pages."""
