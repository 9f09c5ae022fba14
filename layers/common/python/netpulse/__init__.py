"""The shared kernel: what every domain needs and none owns."""
