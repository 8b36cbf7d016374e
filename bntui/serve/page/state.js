// What became of the session: a line over the terminal, and what can be done about it.

/* For each state a text, and the label of a button. */
const STATES = {
  starting: ["starting bntui …"],
  shown: [""],
  lost: ["connection lost, trying again …"],
  refused: ["The server was started anew and wants its token: open the link that it printed."],
  taken: ["Another page shows this session now.", "take it back"],
  ended: ["The dashboard has ended.", "start a new one"],
  unknown: ["This session is over.", "start a new one"],
  full: ["There is no room for another dashboard.", "try again"],
  failed: ["The dashboard failed.", "start a new one"],
};

const told = document.getElementById("told");
const next = document.getElementById("next");
const reason = document.getElementById("reason");

/** Show a state, with what the server says about it. */
export function show(state, text = "") {
  const [line, label = ""] = STATES[state];
  document.body.dataset.state = state;
  told.textContent = line;
  next.textContent = label;
  next.hidden = !label;
  if (label) next.focus();
  reason.textContent = text;
  reason.hidden = !text;
}

/** Call one of these functions, by the state, when its button is pressed. */
export function onNext(actions) {
  next.addEventListener("click", () => actions[document.body.dataset.state]());
}
