"""The dashboard in a browser: a web server that starts a process for each page and checks who may ask.

The terminal in the page (xterm.js, its styles and its font) comes from textual-serve's static files.
"""

from importlib.util import find_spec

from bntui.records import UserError

if not all(find_spec(library) for library in ("aiohttp", "textual_serve")):
    raise UserError("serve needs textual-serve: pip install 'bntui[serve]'")
