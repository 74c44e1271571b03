// The axes that can be used by hand: one to choose a point, one to rotate a surface.

import { element, place } from "./dom.js";
import { frameOf, sharesOf } from "./places.js";

const KEY_MOVE = 0.02; // share of a panel that an arrow key moves; with shift five times that
const KEY_ROTATION = 5; // degrees
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// The panel of one axes, or undefined for axes that only show something
export function makePanel(piece, number) {
  const { surface, movable } = piece.panels[number];
  if (surface) return new SurfacePanel(piece, number);
  return movable ? new PointPanel(piece, number) : undefined;
}

class Panel {
  constructor(piece, number, attributes) {
    this.piece = piece;
    this.number = number;
    this.node = element("div", { tabindex: 0, role: "application", ...attributes });
    this.node.addEventListener("keydown", (event) => this.onKey(event));
  }

  get spec() {
    return this.piece.panels[this.number];
  }

  moveTo(spec) {
    if (spec.surface) return place(this.node, spec.box);
    const [width, height] = spec.size;
    const [left, top, wide, tall] = frameOf(spec);
    place(this.node, [left / width, top / height, wide / width, tall / height]);
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
  constructor(piece, number) {
    const { name, hover } = piece.panels[number];
    const more = hover ? ", a click holds it" : "";
    super(piece, number, {
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
    const [x, y] = shares.map((share, k) => this.axes[k].value(Math.max(0, Math.min(1, share))));
    this.piece.did({ do: "point", panel: this.number, x, y });
  }

  // From a value to its share of each axis, and back
  get axes() {
    const { limits, x, y } = this.spec;
    return [sharesOf(x.scale, ...limits.slice(0, 2)), sharesOf(y.scale, ...limits.slice(2))];
  }

  get point() {
    return this.piece.state.points[this.number];
  }

  onArrow(arrow, isFast) {
    const { axes, point } = this;
    const distance = KEY_MOVE * (isFast ? 5 : 1);
    const from = axes.map((axis, k) => (point ? axis.share(point[k]) : 0.5));
    this.choose(from.map((share, k) => share + arrow[k] * distance));
  }
}

// 3-D axes that a drag or the arrow keys rotate
class SurfacePanel extends Panel {
  constructor(piece, number) {
    super(piece, number, {
      class: "panel surface",
      "aria-label": `${piece.panels[number].name}, surface: a drag or the arrow keys turn it`,
      onpointerdown: (event) => this.press(event),
      onpointermove: (event) => this.drag(event),
      onpointerup: () => this.release(),
      onpointercancel: () => this.release(),
    });
  }

  press(event) {
    this.node.setPointerCapture(event.pointerId);
    this.node.classList.add("rotating");
    const { elev, azim } = this.spec;
    this.from = { x: event.clientX, y: event.clientY, elev, azim };
  }

  drag(event) {
    if (!this.from) return;
    const { width } = this.node.getBoundingClientRect();
    const right = (180 * (event.clientX - this.from.x)) / width;
    const down = (180 * (event.clientY - this.from.y)) / width;
    this.turn(this.from.elev + down, this.from.azim - right);
  }

  release() {
    this.node.classList.remove("rotating");
    this.from = null;
  }

  onArrow([right, up]) {
    const { elev, azim } = this.spec;
    this.turn(elev + KEY_ROTATION * up, azim - KEY_ROTATION * right);
  }

  turn(elev, azim) {
    const inside = Math.max(-90, Math.min(90, elev));
    this.piece.did({ do: "turn", panel: this.number, elev: inside, azim });
  }
}
