"""Run the command `bntui` by `python -m bntui`."""

from bntui.cli.main import main

main()
