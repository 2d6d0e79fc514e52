"""What is measured and how it is judged by number alone. Pure: no database, no clock."""
