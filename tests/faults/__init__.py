"""Faults on purpose: what users, other programs and the system can do to bntui."""
