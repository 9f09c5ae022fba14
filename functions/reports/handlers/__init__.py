"""Reports over HTTP, off the queue and by the clock."""
