// The bar under the picture: play, pause, step, scrub, speed.

import { element } from "./dom.js";

const ICONS = {
  first: "M3 2h2v12H3zM14 2v12L6 8z",
  back: "M11 2v12L4 8z M12 2h1v12h-1z",
  play: "M4 2l10 6-10 6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
  forward: "M5 2v12l7-6z M3 2h1v12H3z",
};
const SPEEDS = [1, 2, 5, 10, 20, 60]; // steps per second, for runs of up to 300 steps

const icon = (name) =>
  `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

function iconButton(name, label, action) {
  const node = element("button", { type: "button", onclick: action });
  setIcon(node, name, label);
  return node;
}

function setIcon(node, name, label) {
  node.innerHTML = icon(name);
  node.title = label;
  node.setAttribute("aria-label", label);
}

export class Player {
  constructor(clock) {
    this.clock = clock;
    this.play = iconButton("play", "Play", () => clock.toggle());
    this.scrub = element("input", {
      type: "range",
      min: 0,
      "aria-label": "step shown",
      oninput: () => clock.go(Number(this.scrub.value)),
    });
    this.text = element("output");
    this.speed = element("select", {
      "aria-label": "speed",
      onchange: () => clock.setSpeed(Number(this.speed.value)),
    });
    this.node = element(
      "div",
      { class: "bar", role: "group", "aria-label": "which step is shown" },
      iconButton("first", "To the start (Home)", () => clock.go(0)),
      iconButton("back", "One step back (,)", () => clock.go(clock.step - 1)),
      this.play,
      iconButton("forward", "One step forward (.)", () => clock.go(clock.step + 1)),
      this.scrub,
      this.text,
      this.speed,
    );
  }

  show() {
    const { step, last, playing } = this.clock;
    this.node.hidden = last < 1;
    this.scrub.max = last;
    this.scrub.value = step;
    this.text.textContent = `${this.clock.unit} ${step} of ${last}`;
    if (playing) setIcon(this.play, "pause", "Pause (space)");
    else setIcon(this.play, "play", "Play (space)");
    this.offerSpeeds(10 ** Math.max(0, Math.ceil(Math.log10(Math.max(1, last) / 300))));
    this.speed.value = this.clock.speed;
  }

  // Longer runs are played faster
  offerSpeeds(factor) {
    if (this.factor === factor) return;
    this.factor = factor;
    const speeds = SPEEDS.map((speed) => speed * factor);
    this.speed.replaceChildren(
      ...speeds.map((speed) => element("option", { value: speed }, `${speed} ${this.clock.unit}s/s`)),
    );
    this.clock.speed = 10 * factor;
  }
}
