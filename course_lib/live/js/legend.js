// The names of the runs above the picture: buttons that take the curves of a run away and back.

import { element } from "./dom.js";
import { drawSample } from "./drawing.js";

const SAMPLE = [38, 14]; // CSS pixels of a sample, at scale 1

export class Legend {
  constructor(piece, model) {
    this.piece = piece;
    this.model = model;
    this.node = element("div", { class: "runs", role: "group", "aria-label": "curves shown" });
    this.buttons = new Map(); // label -> button
  }

  show() {
    const styles = new Map(); // the first path of a run has its look
    for (const path of this.piece.frame.paths)
      if (path.label && !styles.has(path.label)) styles.set(path.label, path);
    this.node.hidden = !this.model.get("has_legend") || styles.size < 2;
    if (this.node.hidden) return;
    this.build(styles, this.model.get("scale"));
    for (const [label, button] of this.buttons)
      button.setAttribute("aria-pressed", !this.piece.hidden.has(label));
  }

  build(styles, scale) {
    const looks = [...styles].map(([label, { color, marker, dash }]) => [label, color, marker, dash]);
    const key = JSON.stringify([looks, scale, devicePixelRatio]);
    if (key === this.key) return;
    this.key = key;
    const before = this.buttons;
    this.buttons = new Map();
    for (const [label, style] of styles) {
      const button = before.get(label) ?? this.button(label);
      button.firstChild.replaceWith(sampleOf(style, scale));
      this.buttons.set(label, button);
    }
    this.node.replaceChildren(...this.buttons.values());
  }

  button(label) {
    const onclick = () => this.piece.hide(label, !this.piece.hidden.has(label));
    return element("button", { type: "button", title: "hide or show", onclick }, "", label);
  }
}

function sampleOf(look, scale) {
  const [width, height] = SAMPLE.map((length) => length * scale);
  const style = `width: ${width}px; height: ${height}px`;
  const canvas = element("canvas", { "aria-hidden": "true", style });
  Object.assign(canvas, { width: width * devicePixelRatio, height: height * devicePixelRatio });
  const context = canvas.getContext("2d");
  context.scale(devicePixelRatio, devicePixelRatio);
  drawSample(context, look, [width, height], scale);
  return canvas;
}
