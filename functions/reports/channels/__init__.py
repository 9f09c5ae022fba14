"""What reports hand to AWS beside files and facts."""
