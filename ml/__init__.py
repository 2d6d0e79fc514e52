"""Churn: one score from 0 to 100 with its reasons. Pure: reads no database, asks no clock."""
