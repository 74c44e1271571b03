// Arrows of the next step on a map: where the slope and its mean point, and how x moves.

import { element } from "./dom.js";
import { project } from "./places.js";
import { quantityAt, RunMenu } from "./states.js";
import { short } from "./text.js";

const COLOURS = { g: "#1a1a1a", mean: "#6a3d9a", step: "#00713d" };
const HALO = "#ffffff";
const SHARE = 0.2; // of the map's shorter side: the longer of slope and mean
const SEEN = 5; // pixels; a shorter arrow is not drawn
const MEANS = ["m_hat", "m"]; // what an optimizer may have in place of the slope
const [AWAY, LINE] = [12, 15]; // pixels from an arrow to its name, and of a line of words
const NEAR = 1e-9; // relative difference of two numbers that are the same

// What there is to show at a step of a table of states: the arrows in data coordinates, or why none
export function arrowsAt(table, step) {
  const { names, rows, data } = table;
  const at = (name, t) => quantityAt(table, name, t);
  if (!names.includes("x") || rows.length !== 2) return { why: "it has no x with two numbers" };
  if (data.length < (step + 2) * names.length * rows.length) return { why: "the run ends here" };
  const [from, to] = [at("x", step), at("x", step + 1)];
  const mean = MEANS.find((name) => names.includes(name));
  const turned = (name) => at(name, step + 1).map((value) => -value);
  const wanted = [
    ...(names.includes("g") ? [{ name: "−g", color: COLOURS.g, vector: turned("g") }] : []),
    ...(mean ? [{ name: `−${mean}`, color: COLOURS.mean, vector: turned(mean) }] : []),
    { name: "step", color: COLOURS.step, vector: to.map((x, k) => x - from[k]), isTrue: true },
  ];
  const arrows = wanted.filter(({ vector }) => vector.every(Number.isFinite));
  if (!from.every(Number.isFinite) || !arrows.length) return { why: "its numbers are not finite" };
  return { from, arrows };
}

// The ends of arrows in pixels; a step has its true length, the others share a scale
export function inPixels({ from, arrows }, panel) {
  const places = project(panel);
  const start = [places.x(from[0]), places.y(from[1])];
  const tip = ([x, y], scale) => [places.x(from[0] + scale * x), places.y(from[1] + scale * y)];
  const unit = (panel.limits[1] - panel.limits[0]) / places.box[2]; // of data, for each pixel
  const sizes = arrows.filter(({ isTrue }) => !isTrue).map(({ vector }) => Math.hypot(...vector));
  const longest = SHARE * Math.min(...places.box.slice(2)) * unit;
  const scale = longest / Math.max(...sizes, Number.MIN_VALUE);
  return arrows.map((arrow) => ({ ...arrow, start, tip: tip(arrow.vector, arrow.isTrue ? 1 : scale) }));
}

const lengthOf = ({ start, tip }) => Math.hypot(tip[0] - start[0], tip[1] - start[1]);

export class Arrows {
  constructor(piece, model) {
    this.piece = piece;
    this.model = model;
    this.menu = new RunMenu(piece, "arrows of");
    this.words = element("span");
    this.node = element("p", { class: "arrows", hidden: "" }, this.menu.node, this.words);
  }

  get isOn() {
    return this.model.get("arrow_panel") >= 0 && this.piece.state.chosen.arrows === true;
  }

  // The arrows of the step that is shown
  found() {
    const { frame, clock } = this.piece;
    const tables = frame.tables();
    this.menu.offer(Object.keys(tables));
    const { label } = this.menu;
    if (!label || this.isOld(tables[label], label)) return { why: "its numbers come when the sliders rest" };
    return { label, ...arrowsAt(tables[label], clock.step) };
  }

  // Whether the path has changed since Python sent the table
  isOld(table, label) {
    const { frame, clock } = this.piece;
    const path = frame.paths.find((one) => one.label === label);
    const t = Math.min(clock.step, path.n - 1);
    return quantityAt(table, "x", t).some((other, k) => {
      const one = path.points[2 * t + k];
      return Math.abs(one - other) > NEAR * Math.abs(one);
    });
  }

  // Draw the arrows, and say below the map what they are
  draw(context, panels, clip) {
    this.node.hidden = !this.isOn || !this.piece.frame.paths.length;
    if (this.node.hidden) return;
    const panel = panels[this.model.get("arrow_panel")];
    const found = this.found();
    if (found.why) return this.words.replaceChildren(`No arrows here: ${found.why}.`);
    const arrows = inPixels(found, panel);
    context.save();
    clip(context, panel);
    drawAll(context, arrows.filter((arrow) => lengthOf(arrow) >= SEEN), this.model.get("scale"));
    context.restore();
    this.say(arrows, found.label);
  }

  say(arrows, label) {
    const { step } = this.piece.clock;
    const scaled = arrows.filter(({ isTrue }) => !isTrue).map(({ name }) => name);
    this.words.replaceChildren(
      `${this.menu.node.hidden ? `${label}, ` : ""}step ${step}:`,
      ...arrows.map((arrow) => element("span", { style: `color: ${arrow.color}` }, meaningOf(arrow))),
      SCALES[scaled.length].replace("{names}", scaled.join(" and ")),
    );
  }
}

// How the arrows without their true length are drawn, by their number
const SCALES = [
  "",
  "{names} is drawn as a fifth of the map.",
  "{names} are drawn to one scale, the longer as a fifth of the map.",
];

function meaningOf(arrow) {
  const { name, vector, isTrue } = arrow;
  const size = short(Math.hypot(...vector));
  if (!isTrue) return `→ ${name}, length ${size}`;
  return `→ next step, true length ${size}${lengthOf(arrow) < SEEN ? ", too short to see" : ""}`;
}

// The longest first, so that none is covered; names that would lie on each other, one under the other
function drawAll(context, arrows, scale) {
  const sorted = [...arrows].sort((one, other) => lengthOf(other) - lengthOf(one));
  for (const arrow of sorted) drawArrow(context, arrow, scale);
  const taken = [];
  for (const { start, tip, color, name } of sorted) {
    const angle = Math.atan2(tip[1] - start[1], tip[0] - start[0]);
    let [x, y] = [tip[0] + AWAY * scale * Math.cos(angle), tip[1] + AWAY * scale * Math.sin(angle)];
    const isTaken = ([u, v]) => Math.abs(x - u) < LINE * 3 * scale && Math.abs(y - v) < LINE * scale;
    while (taken.some(isTaken)) y += LINE * scale;
    taken.push([x, y]);
    writeName(context, { name, color, angle }, [x, y], scale);
  }
}

function drawArrow(context, { start, tip, color, isTrue }, scale) {
  const [x, y] = tip;
  const angle = Math.atan2(y - start[1], x - start[0]);
  const head = Math.min(9 * scale, 0.6 * Math.hypot(x - start[0], y - start[1]));
  const side = (turn) => [x - head * Math.cos(angle + turn), y - head * Math.sin(angle + turn)];
  Object.assign(context, { lineCap: "round", lineJoin: "round" });
  const width = isTrue ? 3.6 : 2.2;
  for (const [colour, wide] of [[HALO, width + 2.4], [color, width]]) {
    Object.assign(context, { strokeStyle: colour, lineWidth: wide * scale });
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(x, y);
    context.moveTo(...side(-0.45));
    context.lineTo(x, y);
    context.lineTo(...side(0.45));
    context.stroke();
  }
}

function writeName(context, { name, color, angle }, place, scale) {
  const across = Math.cos(angle);
  const textAlign = across > 0.3 ? "left" : across < -0.3 ? "right" : "center";
  const font = `600 ${12 * scale}px sans-serif`;
  Object.assign(context, { font, textAlign, textBaseline: "middle", fillStyle: color });
  Object.assign(context, { strokeStyle: HALO, lineWidth: 3.5 * scale });
  context.strokeText(name, ...place);
  context.fillText(name, ...place);
}
