// The terminal that textual.js makes, which it keeps to itself: its fields become known when the first of them is set.

const FIELD = "fitAddon";

export const element = document.getElementById("terminal");
export const keyboard = () => element.querySelector("textarea");
export let terminal = null;
export let fit = () => {};

/** Run textual.js, which makes its terminal and connects it. */
export function begin(start) {
  Object.defineProperty(Object.prototype, FIELD, {
    configurable: true,
    set(addon) {
      delete Object.prototype[FIELD];
      this[FIELD] = addon;
      terminal = this.terminal;
      fit = () => this.fit();
    },
  });
  start();
  new ResizeObserver(() => fit()).observe(element);
}

/** Give the terminal the keyboard. */
export function takeKeyboard() {
  // A dashboard that is told nothing of the focus keeps what it had at its start: none.
  keyboard()?.blur();
  keyboard()?.focus();
}
