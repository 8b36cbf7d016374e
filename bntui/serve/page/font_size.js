// The size of the characters: from the address, else as chosen here before, else such that the dashboard fits the page.

import { fit, terminal } from "/page/terminal.js";

const SMALLEST = 6;
const LARGEST = 60;
const USUAL = 16;
const COLUMNS = 52;
const ROWS = 20;
const WIDTH = 0.601;
const HEIGHT = 1.35;
/* The columns and rows that a page should have at least, keys included; a character's width and height in its size. */

const STORED = "fontsize";
const within = (size) => Math.min(Math.max(size, SMALLEST), LARGEST);

export function initialSize() {
  const asked = Number(new URLSearchParams(location.search).get(STORED)) || Number(stored());
  const fitting = Math.min(USUAL, innerWidth / COLUMNS / WIDTH, innerHeight / ROWS / HEIGHT);
  return within(asked || Math.floor(10 * fitting) / 10);
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
