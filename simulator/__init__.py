"""Tutors, students and staff that do not exist, and what they do; the platform's side of the wire."""
