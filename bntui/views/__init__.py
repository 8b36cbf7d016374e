"""Charts and figures of a run, as pure functions of its curves; screens, reports and figures for paper draw them.

`view_catalogue` lists all views. A view makes one kind of figure: `chart`, `band`, `heatmap`, `profile`,
`scan` or `matrix`.
"""
