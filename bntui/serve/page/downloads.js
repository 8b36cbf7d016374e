// Files that the dashboard has written on the server's disk come as links, the newest of which is followed at once.

import { takeKeyboard } from "/page/terminal.js";

const SECONDS = 30;
const downloads = document.getElementById("downloads");
const files = document.getElementById("files");
let hiding = 0;

export function offer({ address, name }) {
  if (downloads.hidden) files.replaceChildren();
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name, textContent: name });
  files.append(link);
  downloads.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(hideDownloads, 1000 * SECONDS);
  link.click();
}

function hideDownloads() {
  downloads.hidden = true;
  takeKeyboard();
}

document.getElementById("downloaded").addEventListener("click", hideDownloads);
