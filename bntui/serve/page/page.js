// The page around textual.js: its address, its font, the keyboard, and the clipboard.

import { Connection, connection } from "/page/connection.js";
import { offer } from "/page/downloads.js";
import { initialSize } from "/page/font_size.js";
import { speak } from "/page/spoken.js";
import { onNext } from "/page/state.js";
import "/page/touch_scroll.js";
import { begin, element, keyboard, takeKeyboard } from "/page/terminal.js";
import { hideKeyboard } from "/page/touch_keys.js";

const ended = () => !["starting", "shown", "lost"].includes(document.body.dataset.state);

element.dataset.sessionWebsocketUrl = `${location.origin.replace(/^http/, "ws")}${location.pathname}/socket`;
element.dataset.fontSize = initialSize();

window.WebSocket = class extends Connection {
  constructor(address) {
    super(address, { download: offer, page: speak });
    this.addEventListener("open", takeKeyboard);
  }
};

const startAnew = () => location.assign(`/${location.search}`);
onNext({
  taken: () => connection.connect(),
  full: () => connection.connect(),
  ended: startAnew,
  unknown: startAnew,
  failed: startAnew,
});

// textual.js measures characters when it starts: the font must be there.
const start = window.onload;
window.onload = async (event) => {
  const styles = ["16px", "bold 16px", "italic 16px"];
  await Promise.allSettled(styles.map((style) => document.fonts.load(`${style} "Roboto Mono"`)));
  begin(() => start(event));
  hideKeyboard();
};

// Nothing else on the page takes keys, so the terminal gets the keyboard back when it loses it.
window.addEventListener("focus", () => ended() || takeKeyboard());
document.addEventListener("pointerup", () => {
  if (!ended() && document.activeElement !== keyboard()) takeKeyboard();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (ended() || !keyboard()) return;
    if (document.activeElement !== keyboard()) {
      takeKeyboard();
      // Function keys are the dashboard's, not the browser's.
      if (/^F\d+$/.test(event.key)) event.preventDefault();
    }
    const copies = event.key.toLowerCase() === "c" && event.ctrlKey && !event.altKey && !event.metaKey;
    // The terminal copies its selection, if it has one; otherwise Ctrl+C is a key of the dashboard.
    if (copies && copySelection()) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);

function copySelection() {
  let copied = false;
  const note = (event) => (copied = event.defaultPrevented);
  document.addEventListener("copy", note, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", note);
  return copied;
}
