// Draws a panel as matplotlib's 2-D axes: frame, grid, ticks, words, lines, and a field below.

import { paintField } from "./fields.js";
import { POINT, measured, write } from "./lettering.js";
import { crossesAt, paintLegend, paintLines } from "./marks.js";
import { crisp, project } from "./places.js";
import { axisMinorTicks, axisTicks, onScale, withTicks } from "./ticks.js";

// What the parts need to know: where the panel is, its ticks, and how large a point is
function drawingOf(context, panel, scale) {
  const places = project(panel);
  const [, , width, height] = places.box;
  const pixel = POINT * scale;
  const [x0, x1, y0, y1] = panel.limits;
  const ends = { x: [x0, x1], y: [y0, y1] };
  const lengths = { x: width / pixel, y: height / pixel };
  const ticks = {};
  for (const name of ["x", "y"])
    ticks[name] = {
      ...axisTicks(panel[name], ends[name], lengths[name]),
      minor: axisMinorTicks(panel[name], ends[name], lengths[name]),
    };
  return { context, panel, places, pixel, ticks };
}

// A rectangle of whole pixels
function fillSharp(context, color, [left, top, width, height]) {
  const [x0, y0, x1, y1] = [left, top, left + width, top + height].map((at) =>
    crisp(context, at, 0),
  );
  context.fillStyle = color;
  context.fillRect(x0, y0, x1 - x0, y1 - y0);
}

function clearOuter({ context, panel, places }) {
  const [width, height] = panel.size;
  const [left, top, wide, tall] = panel.outer;
  fillSharp(context, "#ffffff", [left * width, top * height, wide * width, tall * height]);
  fillSharp(context, panel.face, places.box);
}

// A straight line across or up, sharp on the screen; the lengths in points
function ruled({ context, pixel }, { color, width }, [x0, y0], [x1, y1], cap = "butt") {
  const sharp = (value) => crisp(context, value, width * pixel);
  Object.assign(context, { strokeStyle: color, lineWidth: width * pixel, lineCap: cap });
  context.beginPath();
  context.moveTo(x0 === x1 ? sharp(x0) : x0, y0 === y1 ? sharp(y0) : y0);
  context.lineTo(x0 === x1 ? sharp(x1) : x1, y0 === y1 ? sharp(y1) : y1);
  context.stroke();
}

function paintGrid(drawing) {
  const { panel, places, ticks } = drawing;
  const [left, top, width, height] = places.box;
  for (const { value } of panel.x.grid ? ticks.x.ticks : []) {
    const x = places.x(value);
    ruled(drawing, panel.x.grid, [x, top], [x, top + height]);
  }
  for (const { value } of panel.y.grid ? ticks.y.ticks : []) {
    const y = places.y(value);
    ruled(drawing, panel.y.grid, [left, y], [left + width, y]);
  }
}

function paintFrame(drawing) {
  const { panel, places } = drawing;
  const [left, top, width, height] = places.box;
  const [right, bottom] = [left + width, top + height];
  const ends = {
    left: [
      [left, top],
      [left, bottom],
    ],
    right: [
      [right, top],
      [right, bottom],
    ],
    top: [
      [left, top],
      [right, top],
    ],
    bottom: [
      [left, bottom],
      [right, bottom],
    ],
  };
  for (const side of panel.frame.sides) ruled(drawing, panel.frame, ...ends[side], "square");
}

// From the frame outwards along an axis: where its ticks begin, and which way they go
function outwards({ panel, places }, name) {
  const [left, top, width, height] = places.box;
  const isFar = ["right", "top"].includes(panel[name].side);
  if (name === "x") return { from: isFar ? top : top + height, way: isFar ? -1 : 1 };
  return { from: isFar ? left + width : left, way: isFar ? 1 : -1 };
}

function paintTicks(drawing, name) {
  const { panel, places, pixel, ticks } = drawing;
  const { from, way } = outwards(drawing, name);
  const { tick, minor } = panel[name];
  const mark = (value, look) => {
    const at = places[name](value);
    const to = from + way * look.length * pixel;
    const ends =
      name === "x"
        ? [
            [at, from],
            [at, to],
          ]
        : [
            [from, at],
            [to, at],
          ];
    ruled(drawing, look, ...ends);
  };
  for (const value of ticks[name].minor) mark(value, { ...tick, ...minor });
  for (const { value } of ticks[name].ticks) mark(value, tick);
}

// The words at the ticks; says how far they reach out of the frame, in pixels
function writeTicks(drawing, name) {
  const { context, panel, places, pixel, ticks } = drawing;
  const { from, way } = outwards(drawing, name);
  const { tick, text: look } = panel[name];
  const room = (tick.length + tick.pad) * pixel;
  const out = from + way * room;
  const size = name === "y" && way < 0 ? sizeToFit(drawing, out) : look.size * pixel;
  const style = { size, color: look.color };
  let reach = 0;
  for (const { value, text, math } of ticks[name].ticks) {
    const at = places[name](value);
    if (name === "x") {
      write(context, text, [at, out], { ...style, math, place: way > 0 ? "top" : "bottom" });
      reach = Math.max(reach, room + size);
    } else {
      const align = way > 0 ? "left" : "right";
      write(context, text, [out, at], { ...style, math, align, place: "center baseline" });
      reach = Math.max(reach, room + measured(context, text, size, math));
    }
  }
  return reach;
}

// The size of the words left of an axis: smaller where the picture ends before the longest does
function sizeToFit({ context, panel, pixel, ticks }, out) {
  const { text: look, label } = panel.y;
  const size = look.size * pixel;
  const widths = ticks.y.ticks.map(({ text, math }) => measured(context, text, size, math));
  const room = out - (label.text ? (label.pad + 1.3 * label.size) * pixel : 0);
  return size * Math.min(1, room / Math.max(1, ...widths));
}

// The power of ten that all numbers along an axis have in common
function writeFactor({ context, panel, places, pixel, ticks }, name, reach) {
  const [left, top, width, height] = places.box;
  const { factor } = ticks[name];
  if (!factor) return;
  const style = { size: panel[name].text.size * pixel, color: panel[name].text.color };
  const gap = 3 * pixel;
  if (name === "y") write(context, factor, [left, top - gap], { ...style, align: "left" });
  else {
    const place = [left + width, top + height + reach + gap];
    write(context, factor, place, { ...style, align: "right", place: "top" });
  }
}

function writeLabel(drawing, name, reach) {
  const { context, panel, places, pixel } = drawing;
  const { label } = panel[name];
  if (!label.text) return;
  const [left, top, width, height] = places.box;
  const { from, way } = outwards(drawing, name);
  const out = from + way * (reach + label.pad * pixel);
  const place = way > 0 ? "top" : "bottom";
  const style = { size: label.size * pixel, color: label.color, math: label.math, place };
  if (name === "x") write(context, label.text, [left + width / 2, out], style);
  else write(context, label.text, [out, top + height / 2], { ...style, angle: 90 });
}

function writeTitle({ context, panel, places, pixel }) {
  const { text, math, size, color, pad } = panel.title;
  const [left, top, width] = places.box;
  const place = [left + width / 2, top - pad * pixel];
  if (text) write(context, text, place, { size: size * pixel, color, math });
}

// A panel with what it shall show now: its title in words, limits, the scales of both axes, ticks
// (numbers, or pairs of a number and its words), crosses ([x, y] of each), a field, and the like
export function changedPanel(panel, { title, scales = [], xticks, yticks, xlabel, ylabel, crosses, ...others }) {
  const changed = (axis, scale, ticks, label) => {
    const scaled = scale ? onScale(axis, scale) : axis;
    const named = label === undefined ? scaled : { ...scaled, label: { ...axis.label, text: label } };
    return ticks ? withTicks(named, ticks) : named;
  };
  const rest = panel.lines.filter(({ marker }) => marker?.shape !== "x");
  return {
    ...panel,
    title: title === undefined ? panel.title : { ...panel.title, text: title },
    x: changed(panel.x, scales[0], xticks, xlabel),
    y: changed(panel.y, scales[1], yticks, ylabel),
    lines: crosses ? [...rest, crossesAt(crosses.flat())] : panel.lines,
    ...others,
  };
}

// Draw a panel of `panel_data`, maybe changed; `field` as in fields.js
export function paintAxes(context, panel, scale) {
  const drawing = drawingOf(context, panel, scale);
  context.save();
  context.setLineDash([]);
  clearOuter(drawing);
  if (panel.field) paintField(context, panel, panel.field, scale);
  paintGrid(drawing);
  paintLines(drawing);
  paintFrame(drawing);
  for (const name of ["x", "y"]) {
    paintTicks(drawing, name);
    const reach = writeTicks(drawing, name);
    writeFactor(drawing, name, reach);
    writeLabel(drawing, name, reach);
  }
  writeTitle(drawing);
  paintLegend(drawing);
  context.restore();
}
