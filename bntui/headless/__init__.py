"""Training without a screen: a progress bar on a terminal or in a notebook, plain lines elsewhere."""
