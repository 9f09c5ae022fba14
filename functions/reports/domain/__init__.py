"""What a report is, and how its numbers come about."""
