"""`python -m bntui` is the command `bntui`."""

from bntui.cli import main

main()
