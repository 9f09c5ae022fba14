"""The rules of the inventory, pure: no SQL, no HTTP, time is an argument."""
