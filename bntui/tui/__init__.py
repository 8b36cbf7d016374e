"""The terminal dashboard: it draws what a feed says, and steers it; it never trains."""
