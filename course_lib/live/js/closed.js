// A figure that is closed until a question on the same page is answered; Python need not be there.

import { listen } from "./any_host.js";
import { element } from "./dom.js";

const CLOSED = "Closed: commit to your answer above, then the figure opens here.";
const OPEN_ALL = "Open all figures without an answer";
const ALL = "all"; // in place of a uid: an instructor has opened this page
const OPENING = "course-opening";
const ANSWERED = Symbol.for("course_lib.answered"); // each piece has a copy of this module
const FOCUSABLE = "input, select, button, [tabindex]";

// The uids of the questions that were answered on this page
const answeredHere = () => (globalThis[ANSWERED] ??= new Set());

function isClosed(model) {
  const uid = model.get("closed_by");
  return Boolean(uid) && !answeredHere().has(uid) && !answeredHere().has(ALL);
}

// Show a piece, at once or when it opens; `show` returns how to take it away, and so does this
export function whenOpen(model, el, show) {
  if (!isClosed(model)) return show();
  const openAll = element("button", { onclick: () => openFigures(ALL, el) }, OPEN_ALL);
  const note = element("p", { class: "course-closed" }, CLOSED, openAll);
  const onOpening = ({ detail }) => open() && detail.push(el);
  let stop = () => {
    document.removeEventListener(OPENING, onOpening);
    stopHearing();
    note.remove();
  };
  function open() {
    if (isClosed(model)) return false;
    stop();
    stop = show();
    return true;
  }
  el.append(note);
  document.addEventListener(OPENING, onOpening);
  const stopHearing = listen(model, ["change:closed_by"], open);
  return () => stop();
}

// Open all figures of this page that wait for the answer to a question, and move the focus there,
// or into the one in which a button was pressed
export function openFigures(uid, pressed) {
  answeredHere().add(uid);
  const opened = [];
  document.dispatchEvent(new CustomEvent(OPENING, { detail: opened }));
  const first = (pressed ?? opened[0])?.querySelector(FOCUSABLE);
  first?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "nearest" }); // no further, so that the answer stays in view
}
