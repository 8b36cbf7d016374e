"use strict";
/* What the charts of a report need beside Bokeh: colors that follow the reader's setting, layers, scales, and a legend. */
const charts = (() => {
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
  function plusMinus(width) {
    if (Number.isNaN(width)) return "";
    if (width >= 99.5 && width < 1e4) return ` ±${width.toFixed(0)}`;
    return ` ±${width >= 1e-4 && width < 1e4 ? Number(width.toPrecision(2)) : value(width)}`;
  }

  const step = (number) => Math.floor(number).toLocaleString("en-US");

  /** Return a variant with its value at a place: a text, a value with its half width, or the two ends of a range. */
  function reading(source, index, names, form, number) {
    const at = (role) => source.get_column(`${role}${number}`)[index];
    if (form === "text") return `${names[number]} ${at("text")}`;
    const second = at("second"), added = form === "range" ? ` … ${value(second)}` : plusMinus(second);
    return `${names[number]} ${value(at("first"))}${Number.isNaN(at("first")) ? "" : added}`;
  }

  /** Return the value of a cell, after its row: a name, or a place on the axis of values. */
  function cell(source, index, y, names) {
    const image = source.get_column("image")[0], row = Math.floor(index.flat_index / image.shape[1]);
    return `${names.length ? names[row] : `at ${value(y)}`}: ${value(image[index.flat_index])}`;
  }

  /** Return the name of a place on an axis of names. */
  const place = (number, names) => names[Math.min(Math.max(Math.round(number), 0), names.length - 1)];

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const printed = matchMedia("print");
  const touched = matchMedia("(pointer: coarse)");
  const all = [];
  let themes;

  /** Put the arrays, which are stored once each, in the places of their numbers. */
  function restore(item, arrays) {
    if (item.type === "bytes") item.data = arrays[item.data];
    else for (const part of Object.values(item)) if (part !== null && typeof part === "object") restore(part, arrays);
  }

  /** Draw all charts, each into the places in its element. */
  async function draw(requested, stored, arrays, light, darkTheme) {
    themes = { light, dark: darkTheme };
    restore(stored, arrays);
    const roots = {};
    for (const { id, plots, csv } of requested) {
      const element = document.getElementById(id);
      if (element === null) continue;
      const places = element.querySelectorAll(".plot");
      plots.forEach((plot, index) => { roots[plot] = places[index]; });
      all.push({ element, plots, csv });
    }
    await Bokeh.embed.embed_items({ report: stored }, [{ docid: "report", roots, root_ids: Object.keys(roots) }]);
    for (const chart of all) {
      chart.views = chart.plots.map((id) => Bokeh.index.get_by_id(id));
      chart.plots = chart.views.map((view) => view.model);
      connect(chart);
    }
    // They are drawn in the colors of paper, which are those of a light page; painting draws them a second time.
    if (dark.matches && !printed.matches) paint();
    dark.addEventListener("change", paint);
    printed.addEventListener("change", paint);
    // Two listeners: what follows from new colors is done between them.
    addEventListener("beforeprint", paintForPaper);
    addEventListener("beforeprint", addSheets);
    addEventListener("afterprint", fromPaper);
    for (const select of document.querySelectorAll("select.layers")) {
      select.addEventListener("change", () => chooseLayers(select));
    }
  }

  /** Give everything the colors of the reader's setting; paper is light. */
  function paint() {
    const paper = printed.matches || document.documentElement.classList.contains("paper");
    const theme = dark.matches && !paper ? themes.dark : themes.light;
    for (const { plots, views } of all) {
      for (const plot of plots) {
        const { mapper, ink, nonfinite, signed } = plot.tags[0];
        if (mapper) mapper.palette = signed ? theme.signed : theme.ramp;
        if (ink) ink.setv({ palette: theme.ink, nan_color: theme.error });
        if (nonfinite) nonfinite.palette = [theme.error];
        for (const { tags, glyph } of plot.renderers) if (tags.length) color(glyph, theme.colors[tags[1] % theme.colors.length]);
        for (const bar of plot.below) if (bar.type === "ColorBar") bar.major_label_text_color = theme.cursor;
        for (const { overlay } of plot.toolbar.tools) if (overlay?.type === "Span") overlay.line_color = theme.cursor;
      }
      for (const view of views) view.request_repaint();
    }
  }

  function paintForPaper() {
    document.documentElement.classList.add("paper");
    paint();
  }

  /** Put vector graphics in the places of the canvases, which have the size and the resolution of the screen. */
  function addSheets() {
    for (const view of all.flatMap(({ views }) => views)) {
      const sheet = view.export("svg").canvas;
      const { width, height } = view.bbox;
      sheet.setAttribute("viewBox", `0 0 ${width} ${height}`);
      sheet.setAttribute("class", "sheet");
      // Smaller where the paper is narrower, but never larger than on the screen.
      sheet.style.maxWidth = `${width}px`;
      view.el.after(sheet);
    }
  }

  function fromPaper() {
    document.documentElement.classList.remove("paper");
    for (const sheet of document.querySelectorAll(".plot > .sheet")) sheet.remove();
    paint();
  }

  function color(glyph, value) {
    for (const name of ["line_color", "fill_color", "text_color"]) if (name in glyph.properties) glyph[name] = value;
  }

  /** Make the buttons and the choice of a chart work. */
  function connect(chart) {
    const find = (selector) => chart.element.querySelector(selector);
    chart.layer = find("select.layer")?.value;
    chart.log = chart.plots[0]?.tags[0].log ?? false;
    chart.scale = find("button.scale");
    chart.scale?.addEventListener("click", () => { chart.log = !chart.log; setScale(chart); });
    find("button.reset")?.addEventListener("click", () => chart.plots.forEach((plot) => plot.reset.emit()));
    find("button.csv")?.addEventListener("click", () => save(chart));
    find("select.layer")?.addEventListener("change", (event) => setLayer(chart, event.target.selectedOptions[0]));
    for (const button of chart.element.querySelectorAll("button.variant")) {
      button.addEventListener("click", () => toggle(chart, button));
    }
    // A finger on a chart scrolls the page.
    if (touched.matches) {
      for (const { toolbar } of chart.plots) for (const tool of toolbar.tools) if (/Zoom/.test(tool.type)) tool.active = false;
    }
    showScale(chart);
  }

  /** Show or hide a variant. */
  function toggle(chart, button) {
    const visible = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", visible);
    for (const plot of chart.plots) {
      for (const renderer of plot.renderers) if (renderer.tags[0] === Number(button.value)) renderer.visible = visible;
    }
  }

  function showScale(chart) {
    if (!chart.scale) return;
    const { layers } = chart.plots[0].tags[0];
    chart.scale.disabled = !layers[chart.layer ?? ""]?.log;
    chart.scale.setAttribute("aria-pressed", chart.log && !chart.scale.disabled);
  }

  /** Set the chosen scale, or the linear one where no value is above 0, and the range that shows all values. */
  function setScale(chart) {
    for (const plot of chart.plots) {
      const { layers, scales, tickers, formatters } = plot.tags[0];
      const ends = layers[chart.layer ?? ""], log = Number(chart.log && Boolean(ends.log));
      const [start, end] = log ? ends.log : ends.linear;
      plot.y_range.setv({ start, end, reset_start: start, reset_end: end });
      if (!scales) continue;
      plot.y_scale = scales[log];
      plot.left[0].setv({ ticker: tickers[log], formatter: formatters[log] });
      for (const { name, tags, glyph } of plot.renderers) {
        if (name === "area") glyph.y1 = { field: `${log ? "floor" : "low"}${tags[0]}` };
      }
    }
    showScale(chart);
  }

  /** Show the data of a layer, described by its option. */
  function setLayer(chart, option) {
    const { element } = chart, { title, note, empty } = option.dataset;
    chart.layer = option.value;
    element.querySelector(".title").textContent = title;
    element.querySelector(".note").textContent = note;
    element.querySelector(".empty").textContent = empty;
    element.classList.toggle("unmeasured", empty !== "");
    if (empty) return;
    for (const plot of chart.plots) {
      const { layers, live, mapper } = plot.tags[0], { curves, marks, colors } = layers[chart.layer];
      live[0].data = curves;
      if (live[1]) live[1].data = marks;
      if (mapper) mapper.setv({ low: colors[0], high: colors[1] });
    }
    setScale(chart);
  }

  /** Save the data of a chart as a file, which the page holds compressed. */
  async function save({ element, csv }) {
    const packed = Uint8Array.from(atob(csv), (char) => char.charCodeAt(0));
    const text = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(text), download: `${element.id}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** Choose a layer in all charts of a section that have it. */
  function chooseLayers(select) {
    for (const chart of all) {
      const own = chart.element.querySelector("select.layer");
      const option = own && [...own.options].find(({ value }) => value === select.value);
      if (!option || chart.element.closest("section") !== select.closest("section")) continue;
      own.value = option.value;
      setLayer(chart, option);
    }
  }

  return { draw, reading, cell, place, step, value };
})();
