"""Sources of the run on a screen: live, attached, replayed or compared, behind one protocol."""
