// The axes that can be used by hand: one to choose a point, one to rotate a surface.

import { element, later, place } from "./dom.js";
import { say, unheard } from "./talk.js";

const KEY_MOVE = 0.02; // share of a panel that an arrow key moves; with shift five times that
const KEY_ROTATION = 5; // degrees
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// The panel of one axes, or undefined for axes that only show something
export function makePanel(model, number) {
  const { surface, movable } = model.get("panels")[number];
  if (surface) return new SurfacePanel(model, number);
  return movable ? new PointPanel(model, number) : undefined;
}

// From a value to its share of an axis, and back
const shareOf = (value, low, high, log) =>
  log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
const valueAt = (share, low, high, log) =>
  log ? low * (high / low) ** share : low + (high - low) * share;

class Panel {
  constructor(model, number, attributes) {
    this.model = model;
    this.number = number;
    this.node = element("div", { tabindex: 0, role: "application", ...attributes });
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  get spec() {
    return this.model.get("panels")[this.number];
  }

  moveTo() {
    place(this.node, this.spec.box);
  }

  onKey(event) {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    this.onArrow(arrow, event.shiftKey);
  }
}

// 2-D axes on which a click, a drag or the arrow keys choose a point
class PointPanel extends Panel {
  constructor(model, number) {
    const { name, hover } = model.get("panels")[number];
    const more = hover ? ", a click holds it" : "";
    super(model, number, {
      class: "panel",
      "aria-label": `${name}: arrow keys or a click choose a point${more}`,
      onpointerdown: (event) => this.press(event),
      onpointermove: (event) => this.drag(event),
    });
    this.hover = hover;
    this.held = false; // a click on a panel that follows the pointer holds the point
  }

  press(event) {
    this.node.setPointerCapture(event.pointerId);
    this.held = this.hover && !this.held;
    this.chooseAt(event);
  }

  drag(event) {
    if ((this.hover && !this.held) || event.buttons & 1) this.chooseAt(event);
  }

  chooseAt(event) {
    const box = this.node.getBoundingClientRect();
    this.choose([
      (event.clientX - box.left) / box.width,
      1 - (event.clientY - box.top) / box.height,
    ]);
  }

  choose(shares) {
    const { limits, log } = this.spec;
    const point = shares.map((share, k) => {
      const inside = Math.max(0, Math.min(1, share));
      return valueAt(inside, limits[2 * k], limits[2 * k + 1], log[k]);
    });
    say(this.model, "pointed", { panel: this.number, point });
  }

  get point() {
    const said = unheard(this.model, "pointed");
    return said.panel === this.number ? said.point : this.model.get("points")[this.number];
  }

  onArrow(arrow, isFast) {
    const { limits, log } = this.spec;
    const middle = [(limits[0] + limits[1]) / 2, (limits[2] + limits[3]) / 2];
    const point = this.point ?? middle;
    const distance = KEY_MOVE * (isFast ? 5 : 1);
    const shares = point.map(
      (value, k) => shareOf(value, limits[2 * k], limits[2 * k + 1], log[k]) + arrow[k] * distance,
    );
    this.choose(shares);
  }
}

// 3-D axes that a drag or the arrow keys rotate
class SurfacePanel extends Panel {
  constructor(model, number) {
    const { name, elev, azim } = model.get("panels")[number];
    super(model, number, {
      class: "panel surface",
      "aria-label": `${name}, surface: a drag or the arrow keys turn it`,
      onpointerdown: (event) => this.press(event),
      onpointermove: (event) => this.drag(event),
      onpointerup: () => this.release(),
      onpointercancel: () => this.release(),
    });
    Object.assign(this, { elev, azim });
    this.finish = later(() => this.rotate(false));
  }

  press(event) {
    this.node.setPointerCapture(event.pointerId);
    this.node.classList.add("rotating");
    this.from = { x: event.clientX, y: event.clientY, elev: this.elev, azim: this.azim };
  }

  drag(event) {
    if (!this.from) return;
    const { width } = this.node.getBoundingClientRect();
    this.azim = this.from.azim - (180 * (event.clientX - this.from.x)) / width;
    this.elev = this.from.elev + (180 * (event.clientY - this.from.y)) / width;
    this.rotate(true);
  }

  release() {
    this.node.classList.remove("rotating");
    if (this.from) this.rotate(false);
    this.from = null;
  }

  onArrow([right, up]) {
    this.azim -= KEY_ROTATION * right;
    this.elev += KEY_ROTATION * up;
    this.rotate(true);
    this.finish();
  }

  rotate(coarse) {
    this.elev = Math.max(-90, Math.min(90, this.elev));
    const { number: panel, elev, azim } = this;
    say(this.model, "rotation", { panel, elev, azim, coarse });
  }

  // Another page may have turned it meanwhile
  moveTo() {
    super.moveTo();
    const isTurning = this.from || unheard(this.model, "rotation").panel === this.number;
    if (!isTurning) Object.assign(this, { elev: this.spec.elev, azim: this.spec.azim });
  }
}
