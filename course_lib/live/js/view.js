// The view of a live piece: its controls, a bar of progress, its figure; each if it has one.

import { listen } from "./any_host.js";
import { whenOpen } from "./closed.js";
import { ControlsView } from "./controls.js";
import { element } from "./dom.js";
import { FigureView } from "./figure.js";
import { pieceOf } from "./piece.js";

class ProgressView {
  constructor(model) {
    this.model = model;
    this.bar = element("progress", {});
    this.root = element("label", { class: "course-progress", hidden: "" }, "", this.bar);
  }

  show() {
    const { text = "", value = 0, max = 1 } = this.model.get("bar") ?? {};
    this.root.hidden = !text;
    this.root.firstChild.textContent = text;
    Object.assign(this.bar, { value, max });
  }
}

function viewsOf(piece, model) {
  const views = [];
  if (model.get("specs")) views.push(new ControlsView(piece), new ProgressView(model));
  if (model.get("size")) views.push(new FigureView(piece, model));
  return views;
}

// Show a piece; returns how to take it away
function showPiece(piece, model, el) {
  const views = viewsOf(piece, model);
  el.append(...views.map((view) => view.root));
  const show = () => views.forEach((view) => view.show());
  const hear = () => piece.hear();
  const stopHearing = listen(model, piece.heardTraits, hear);
  piece.listeners.add(show);
  views.forEach((view) => view.start?.());
  piece.hear();
  show();
  return () => {
    piece.listeners.delete(show);
    stopHearing();
    views.forEach((view) => view.stop?.());
  };
}

// What anywidget calls for each view; Explorer is the browser's half of an explorer, if it has one
export const rendererOf =
  (Explorer) =>
  ({ model, el }) => {
    const piece = pieceOf(model, Explorer);
    const lost = () => piece.lost();
    listen(model, ["comm_live_update", "comm:close"], lost);
    return whenOpen(model, el, () => showPiece(piece, model, el));
  };
