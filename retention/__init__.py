"""Words, numbers, records and letters of Mainstay. Starts nothing and knows no process."""
