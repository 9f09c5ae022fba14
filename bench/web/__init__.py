"""How fast the dashboard is: in a real browser, over a slow line, with thousands of devices."""
