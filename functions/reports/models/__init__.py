"""Reports as they are asked for and shown."""
