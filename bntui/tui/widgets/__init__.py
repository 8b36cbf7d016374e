"""Widgets: panes, header, tabs, table, lists."""
