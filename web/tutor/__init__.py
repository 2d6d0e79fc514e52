"""What tutors open from our letters, without signing in. Nothing here can reach a score."""
