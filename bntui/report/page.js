"use strict";
/* What the charts of a report need beside Bokeh: colors that follow the reader's setting, layers, scales, and a legend. */
const charts = (() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const minus = (text) => text.replace("-", "−");

  /** Format a number as the dashboard does: three significant digits. */
  function value(number) {
    if (!Number.isFinite(number)) return Number.isNaN(number) ? "–" : number > 0 ? "∞" : "−∞";
    const size = Math.abs(number);
    if (size >= 1e-4 && size < 1e4) {
      return minus(number.toFixed(Math.min(Math.max(2 - Math.floor(Math.log10(size)), 0), 5)));
    }
    return number === 0 ? "0" : minus(number.toExponential(1).replace("e+", "e")).replace("e-", "e−");
  }
  const halfWidth = (number) => Number.isNaN(number) ? "" : ` ±${value(number)}`;
  const rangeEnd = (number) => Number.isNaN(number) ? "" : ` … ${value(number)}`;
  const step = (number) => Math.floor(number).toLocaleString("en-US");

  const plotsOf = (chart) => chart.plots.map((id) => Bokeh.index.get_by_id(id).model);

  /** Put the arrays, which are stored once each, in the places of their numbers. */
  function restore(item, arrays) {
    if (item.type === "bytes") item.data = arrays[item.data];
    else for (const part of Object.values(item)) if (part !== null && typeof part === "object") restore(part, arrays);
  }

  async function draw(all, stored, arrays) {
    restore(stored, arrays);
    const roots = {};
    for (const chart of all) {
      chart.figure = document.getElementById(chart.id);
      const places = chart.figure.querySelectorAll(".plot");
      chart.plots.forEach((id, index) => { roots[id] = places[index]; });
    }
    await Bokeh.embed.embed_items({ report: stored }, [{ docid: "report", roots, root_ids: Object.keys(roots) }]);
    all.forEach(connect);
  }

  function connect(chart) {
  }
  return { value, halfWidth, rangeEnd, step, draw };
})();
