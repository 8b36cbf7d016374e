"""Full screens and dialogs: start page, runs, dashboard and its pages, help."""
