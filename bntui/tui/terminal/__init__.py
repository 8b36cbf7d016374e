"""The terminal itself: capabilities, settings, filters, compositor, driver, redraw rate."""
