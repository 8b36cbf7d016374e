// The size of the characters: from the address, else as chosen here before, else such that a narrow page has columns enough.

import { fit, terminal } from "/page/terminal.js";

const SMALLEST = 6;
const LARGEST = 60;
const COLUMNS = 60;
const WIDTH = 0.601;
/* The columns that the dashboard needs; a character's width in its size. */

const STORED = "fontsize";
const within = (size) => Math.min(Math.max(size, SMALLEST), LARGEST);

export function initialSize() {
  const asked = Number(new URLSearchParams(location.search).get(STORED)) || Number(stored());
  return within(asked || Math.min(16, Math.floor((10 * innerWidth) / COLUMNS / WIDTH) / 10));
}

function changeSize(by) {
  const size = within(Math.round(terminal.options.fontSize) + by);
  terminal.options.fontSize = size;
  fit();
  store(size);
}

// A browser may forbid pages to store anything.
function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function store(size) {
  try {
    localStorage.setItem(STORED, size);
  } catch {
    return;
  }
}

document.getElementById("smaller").addEventListener("click", () => changeSize(-1));
document.getElementById("larger").addEventListener("click", () => changeSize(1));
