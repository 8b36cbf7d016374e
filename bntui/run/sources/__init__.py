"""Where a screen's run comes from: live, attached, replayed or compared, behind one protocol."""
