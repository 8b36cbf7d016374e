// The page around textual.js: its address, its font, the keyboard, and the clipboard.
"use strict";

const terminal = document.getElementById("terminal");
terminal.dataset.sessionWebsocketUrl = `${location.origin.replace(/^http/, "ws")}${location.pathname}/socket`;
terminal.dataset.fontSize = new URLSearchParams(location.search).get("fontsize") || "16";

const ended = () => document.body.classList.contains("-closed");
const keyboard = () => terminal.querySelector("textarea");

function takeKeyboard() {
  if (keyboard() && !ended()) {
    // A dashboard that is told nothing of the focus keeps what it had at its start: none.
    keyboard().blur();
    keyboard().focus();
  }
}

// textual.js measures characters when it starts: the font must be there.
const start = window.onload;
window.onload = async (event) => {
  const styles = ["16px", "bold 16px", "italic 16px"];
  await Promise.allSettled(styles.map((style) => document.fonts.load(`${style} "Roboto Mono"`)));
  start(event);
};

// textual.js sets -loaded when it is connected.
new MutationObserver((_, observer) => {
  if (document.body.classList.contains("-loaded")) {
    observer.disconnect();
    takeKeyboard();
  }
}).observe(document.body, { attributeFilter: ["class"] });

// Nothing else on the page takes keys, so the terminal gets the keyboard back when it loses it.
window.addEventListener("focus", takeKeyboard);
document.addEventListener("pointerup", () => {
  if (document.activeElement !== keyboard()) takeKeyboard();
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

// Files that the dashboard has written on the server's disk come as links, the newest of which is followed at once.
window.WebSocket = class extends WebSocket {
  constructor(...parameters) {
    super(...parameters);
    this.addEventListener("message", (event) => {
      const [kind, file] = typeof event.data === "string" ? JSON.parse(event.data) : [];
      if (kind === "download") offer(file);
    });
  }
};

const downloads = document.getElementById("downloads");
const files = document.getElementById("files");
let hiding = 0;

function offer({ address, name }) {
  if (downloads.hidden) files.replaceChildren();
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name, textContent: name });
  files.append(link);
  downloads.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(hideDownloads, 30000);
  link.click();
}

function hideDownloads() {
  downloads.hidden = true;
  takeKeyboard();
}

document.getElementById("downloaded").addEventListener("click", hideDownloads);
document.getElementById("again").addEventListener("click", () => location.assign("/"));
