// Keys that phones do not have, as buttons.

import { connection } from "/page/connection.js";
import { keyboard, takeKeyboard } from "/page/terminal.js";

/* For each button its label, its name and what it sends. */
const KEYS = [
  ["esc", "escape", "\x1b"],
  ["⇥", "tab", "\t"],
  ["←", "left", "\x1b[D"],
  ["↓", "down", "\x1b[B"],
  ["↑", "up", "\x1b[A"],
  ["→", "right", "\x1b[C"],
  ["⏎", "enter", "\r"],
];
const FUNCTION_KEYS = [
  ..."PQRS".split("").map((letter) => `\x1bO${letter}`),
  ...[15, 17, 18, 19, 20, 21, 23, 24].map((number) => `\x1b[${number}~`),
].map((keys, index) => [`F${index + 1}`, `F${index + 1}`, keys]);

/* Milliseconds until a key that is held down repeats, and between two repetitions. */
const REPEAT_AFTER = 400;
const REPEAT_EVERY = 80;

const row = document.getElementById("keys");
const functionKeys = document.getElementById("function-keys");

function add(place, label, name, press) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: label, title: name, ariaLabel: name });
  button.addEventListener("click", press);
  place.append(button);
  return button;
}

function addKeys(place, keys) {
  for (const [label, name, text] of keys) {
    const press = () => connection.send(JSON.stringify(["stdin", text]));
    repeatHeld(add(place, label, name, press), press);
  }
}

function repeatHeld(button, press) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const repeat = () => {
    press();
    timer = setTimeout(repeat, REPEAT_EVERY);
  };
  button.addEventListener("pointerdown", () => (timer = setTimeout(repeat, REPEAT_AFTER)));
  for (const event of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(event, stop);
}

function toggleFunctionKeys() {
  functionKeys.hidden = !functionKeys.hidden;
}

/** Show the phone's own keyboard, or hide it. */
function toggleKeyboard() {
  keyboard().inputMode = keyboard().inputMode === "none" ? "text" : "none";
  takeKeyboard();
}

/** Let the terminal have the keyboard on a touch screen without the phone's own one over half of the page. */
export function hideKeyboard() {
  if (matchMedia("(pointer: coarse)").matches) keyboard().inputMode = "none";
}

add(row, "abc", "keyboard", toggleKeyboard);
addKeys(row, KEYS);
add(row, "F…", "function keys", toggleFunctionKeys);
addKeys(functionKeys, FUNCTION_KEYS);
// The terminal keeps the keyboard, and a long press has no menu.
for (const event of ["mousedown", "contextmenu"])
  document.getElementById("bar").addEventListener(event, (happened) => happened.preventDefault());
