"""What workflows have done for them: measuring, judging, writing, sending."""
