// The connection with a session. textual.js takes it for a socket that never closes: it is opened again whenever it is
// lost, at once when the network, the page or the computer is back.

import { show } from "/page/state.js";
import { terminal } from "/page/terminal.js";

/* Milliseconds: until the first and the last of the attempts; between questions whether the server is there, and until
   such a question, or an attempt, counts as unanswered. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
const ASK_EVERY = 15000;
const ANSWER_WITHIN = 10000;
const ANSWER_AWAKE_WITHIN = 3000;

/* What became of a session, by the code with which its socket was closed. */
const ENDS = {
  1003: "failed",
  1009: "failed",
  4001: "taken",
  4002: "ended",
  4003: "full",
  4004: "unknown",
  4005: "failed",
};

const CLEAR = new TextEncoder().encode("\x1bc").buffer;
const Socket = WebSocket;

export let connection = null;

export class Connection extends EventTarget {
  #address;
  #receivers;
  #socket;
  #wait = FIRST_WAIT;
  #attempt = 0;
  #unanswered = 0;
  #shown = false;
  #over = false;
  #reason = "";

  /** `receivers` are functions by the kinds of messages. */
  constructor(address, receivers) {
    super();
    connection = this;
    this.#address = address;
    this.#receivers = { ...receivers, end: ({ text }) => (this.#reason = text) };
    for (const event of ["online", "focus", "pageshow"]) window.addEventListener(event, () => this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    setInterval(() => document.hidden || this.#ask(ANSWER_WITHIN), ASK_EVERY);
    this.connect();
  }

  /** Connect, also with a session that another page has taken. */
  connect() {
    this.#forget();
    this.#over = false;
    const address = new URL(this.#address);
    address.search = new URLSearchParams({ width: terminal.cols, height: terminal.rows });
    const socket = (this.#socket = new Socket(address));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.dispatchEvent(new Event("open"));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => (code in ENDS ? this.#end(ENDS[code]) : this.#lose());
    this.#unanswered = setTimeout(() => this.#lose(), ANSWER_WITHIN);
  }

  /** Send what textual.js or a button has to say; without a connection it is lost. */
  send(message) {
    if (this.#socket.readyState === Socket.OPEN) this.#socket.send(message);
  }

  #receive(data) {
    clearTimeout(this.#unanswered);
    if (typeof data === "string") {
      const [kind, content] = JSON.parse(data);
      this.#receivers[kind]?.(content);
      return;
    }
    if (!this.#shown) {
      this.#shown = true;
      this.#reason = "";
      this.#wait = FIRST_WAIT;
      show("shown");
      this.#pass(CLEAR);
    }
    this.#pass(data);
  }

  #pass(data) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  #end(state) {
    this.#forget();
    this.#over = true;
    show(state, this.#reason);
  }

  #forget() {
    clearTimeout(this.#attempt);
    clearTimeout(this.#unanswered);
    this.#attempt = 0;
    this.#shown = false;
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #lose() {
    this.#forget();
    show("lost", this.#reason);
    this.#attempt = setTimeout(() => this.#retry(), this.#wait);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
  }

  async #retry() {
    // A socket does not tell why it was refused: a server that was started anew may want another token.
    const options = { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN) };
    const answer = await fetch("/page/favicon.svg", options).catch(() => null);
    if (!this.#attempt) return;
    if (answer?.status === 403) this.#end("refused");
    else if (answer) this.connect();
    else this.#lose();
  }

  #wake() {
    if (!this.#attempt) this.#ask(ANSWER_AWAKE_WITHIN);
    else {
      this.#wait = FIRST_WAIT;
      this.#lose();
    }
  }

  #ask(milliseconds) {
    if (this.#over || this.#socket.readyState !== Socket.OPEN) return;
    this.send(JSON.stringify(["ping", String(Date.now())]));
    clearTimeout(this.#unanswered);
    this.#unanswered = setTimeout(() => this.#lose(), milliseconds);
  }
}
