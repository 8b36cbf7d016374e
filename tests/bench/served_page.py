"""The page of `bntui serve`: how long after opening it a key is answered, without a network."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bntui.serve.server import DashboardServer
from tests.bench.measure import Result
from tests.browser import CHROMIUM, tab
from tests.serve.chromium import NO_NETWORK, TEXT, open_page
from tests.serve.conftest import TOKEN

LOADS = 5
KEY, ANSWER = "?", "Show all keys"
ANSWERED = f"""(async () => {{
  const text = () => {TEXT};
  while (!(await text()).includes("{ANSWER}")) await new Promise((done) => setTimeout(done, 10));
  return performance.now() / 1000;
}})()"""


def served_page() -> Iterator[Result]:
    """Open the start page in new browsers, and press a key as soon as the page takes one."""
    if CHROMIUM:
        taken = statistics.median(asyncio.run(_answered()) for _ in range(LOADS))
        yield Result("served start page", "from opening to the first answer", taken, 2.0, form="{:.2f} s")


async def _answered() -> float:
    """Return the seconds from the start of the navigation to the answer to the first key, by the page's clock."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "bntui", "--runs-dir", folder, "--exit-on-hangup"]
        server = DashboardServer(command, "127.0.0.1", 0, TOKEN)
        async with server.listening() as port, tab(Path(folder) / "profile", NO_NETWORK) as page:
            await open_page(page, f"http://127.0.0.1:{port}")
            await page.call("Input.insertText", text=KEY)
            return float(await page.evaluate(ANSWERED))
