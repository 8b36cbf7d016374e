// A finger that moves over the terminal turns the wheel of the mouse that the dashboard knows.

import { element } from "/page/terminal.js";

let last = null;

element.addEventListener("touchstart", ({ touches }) => (last = touches[0]), { passive: true });

element.addEventListener(
  "touchmove",
  ({ touches, target }) => {
    const { clientX, clientY } = touches[0];
    const deltaY = last.clientY - clientY;
    last = touches[0];
    if (touches.length > 1) return;
    target.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX, clientY, bubbles: true, cancelable: true }));
  },
  { passive: true },
);
