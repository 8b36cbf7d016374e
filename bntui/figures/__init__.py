"""Figures for papers: charts of a run drawn by matplotlib, and files saved from the screen."""
