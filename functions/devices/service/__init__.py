"""What can be done with the inventory, one class a subject."""
