"""The command line: a module for each group of commands, the options they share, and the entry point in `main`.

Command modules import torch and textual inside the commands that need them, so that `bntui --help` answers at once.
"""
