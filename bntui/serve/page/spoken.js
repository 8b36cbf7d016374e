// What a screen reader says of the run, since it cannot read the terminal's picture: title, table of variants, messages.

const table = document.querySelector("#spoken table");
const notices = document.getElementById("notices");
const MOST_NOTICES = 20;
let known = [];

/** Show what the dashboard tells of its run: `table` is a list of rows, the first of which is the head. */
export function speak({ title, caption, table: rows, messages }) {
  document.title = title;
  fill(caption, rows);
  // Only what is new is spoken.
  for (const text of messages.filter((text) => !known.includes(text))) {
    const line = document.createElement("p");
    line.textContent = text;
    notices.append(line);
    if (notices.childElementCount > MOST_NOTICES) notices.firstElementChild.remove();
  }
  known = messages;
}

/** Fill the table; where its shape stays, so do its cells, one of which may be being read. */
function fill(caption, rows) {
  if (rows.length !== table.rows.length || rows[0]?.length !== table.rows[0]?.cells.length) build(rows);
  table.hidden = !rows.length;
  write(table.caption ?? table.createCaption(), caption);
  rows.forEach((row, y) => row.forEach((text, x) => write(table.rows[y].cells[x], text)));
}

function build(rows) {
  table.replaceChildren();
  rows.forEach((row, y) => {
    const line = table.insertRow();
    row.forEach((_, x) => {
      const cell = document.createElement(y && x ? "td" : "th");
      if (!(y && x)) cell.scope = y ? "row" : "col";
      line.append(cell);
    });
  });
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
