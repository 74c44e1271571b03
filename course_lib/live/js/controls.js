// The view of Controls: sliders with a field to type into, menus, check boxes, buttons.

import { element } from "./dom.js";
import { SCALES, written } from "./scales.js";

const GAP = 8; // pixels between boxes and buttons, as in the style
const STOPS = 240; // positions of a slider

const sideBySide = (widths, gap) => widths.reduce((sum, width) => sum + width + gap, -gap);

class Slider {
  constructor(spec, change) {
    this.spec = spec;
    this.change = change;
    this.scale = SCALES[spec.kind];
    this.stops = spec.kind === "integer" ? Math.min(STOPS, spec.high - spec.low) : spec.stops || STOPS;
    this.range = element("input", {
      type: "range",
      min: 0,
      max: this.stops,
      "aria-label": spec.label,
      oninput: () => this.onSlide(),
    });
    this.field = element("input", {
      type: "text",
      inputmode: "decimal",
      "aria-label": `${spec.label}, typed`,
      onchange: () => change(spec.name, this.field.value.trim()),
    });
    const label = element("label", {}, spec.label);
    this.node = element("div", { class: "control" }, label, this.range, this.field);
  }

  get value() {
    return this.scale.value(this.range.value / this.stops, this.spec);
  }

  onSlide() {
    this.write(this.value);
    this.change(this.spec.name, this.value);
  }

  rest(isIdle) {
    this.range.disabled = this.field.disabled = isIdle;
    this.node.classList.toggle("idle", isIdle);
  }

  write(value) {
    this.field.value = written(value);
    this.range.setAttribute("aria-valuetext", this.field.value);
  }

  show(value) {
    // what another page moves must not overwrite what is being typed here
    if (value === this.shown && document.activeElement === this.field) return;
    this.shown = value;
    const isTyped = document.activeElement === this.field && Number(this.field.value) === value;
    this.write(isTyped ? this.field.value : value);
    const share = this.scale.share(Number(value), this.spec);
    if (!Number.isFinite(share)) return;
    const isHeld = document.activeElement === this.range && this.value === Number(value);
    const stop = Math.round(share * this.stops);
    if (!isHeld) this.range.value = Math.max(0, Math.min(this.stops, stop));
  }
}

class Menu {
  constructor(spec, change) {
    this.select = element(
      "select",
      { "aria-label": spec.label, onchange: () => change(spec.name, this.select.value) },
      ...spec.choices.map((choice) => element("option", {}, choice)),
    );
    const label = element("label", {}, spec.label);
    this.node = element("div", { class: "control wide" }, label, this.select);
  }

  show(value) {
    this.select.value = value;
  }
}

class Toggle {
  constructor(spec, change) {
    this.box = element("input", {
      type: "checkbox",
      onchange: () => change(spec.name, this.box.checked),
    });
    this.node = element("label", { class: "toggle" }, this.box, spec.label);
  }

  show(value) {
    this.box.checked = value;
  }
}

const KINDS = { menu: Menu, toggle: Toggle };

export class ControlsView {
  constructor(piece) {
    this.piece = piece;
    this.specs = piece.model.get("specs");
    const change = (name, value) => this.change(name, value);
    this.controls = this.specs.map((spec) => new (KINDS[spec.kind] ?? Slider)(spec, change));
    this.problem = element("p", { class: "problem", role: "alert", hidden: "" });
    this.root = element(
      "div",
      { class: "course-controls", "data-lm-suppress-shortcuts": "true" },
      this.grid(),
      this.problem,
    );
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
  }

  grid() {
    const nodes = this.controls.map(({ node }) => node);
    const isToggle = (_, k) => this.specs[k].kind === "toggle";
    const toggles = nodes.filter(isToggle);
    const press = (name) => this.piece.did({ do: "press", name });
    const buttons = this.piece.model
      .get("buttons")
      .map((name) => element("button", { type: "button", onclick: () => press(name) }, name));
    this.rest = element("div", { class: "rest" }, ...toggles, ...buttons);
    const others = nodes.filter((node, k) => !isToggle(node, k));
    this.columns = element("div", { class: "grid" }, ...others, this.rest);
    return this.columns;
  }

  start() {
    this.resizing = new ResizeObserver(() => this.placeRest());
    this.resizing.observe(this.columns);
  }

  stop() {
    this.resizing.disconnect();
  }

  // Boxes and buttons stand beside the last controls where they fit, else in a row of their own
  placeRest() {
    const columns = getComputedStyle(this.columns).gridTemplateColumns.split(" ").map(parseFloat);
    const taken = (this.columns.children.length - 1) % columns.length;
    const free = columns.slice(taken);
    const gap = parseFloat(getComputedStyle(this.columns).columnGap);
    const widths = [...this.rest.children].map(({ offsetWidth }) => offsetWidth);
    const isFitting = sideBySide(widths, GAP) <= sideBySide(free, gap);
    this.rest.style.gridColumn = `span ${isFitting ? free.length : columns.length}`;
  }

  change(name, value) {
    this.piece.did({ do: "set", name, value });
  }

  show() {
    const { chosen } = this.piece.state;
    this.controls.forEach((control, k) => {
      const { name, where } = this.specs[k];
      control.show(chosen[name]);
      if (where) control.rest(Object.entries(where).some(([other, value]) => chosen[other] !== value));
    });
    this.showProblem(this.piece.problem);
  }

  showProblem({ text = "", name }) {
    if (this.problem.textContent !== text) this.problem.textContent = text;
    this.problem.hidden = !text;
    this.controls.forEach(({ field }, k) => {
      field?.setAttribute("aria-invalid", Boolean(text) && this.specs[k].name === name);
    });
  }
}
