// `explore` in the browser: runs of recorded step functions on recorded landscapes.

import { describeRun } from "../../experiments/js/verdicts.js";
import { Refused, readValues } from "../../live/js/rules.js";
import { rendererOf } from "../../live/js/view.js";
import { explained } from "../../live/js/explain.js";
import { digits } from "../../live/js/text.js";
import { registersAt, trajectory } from "../../live/js/walk.js";
import { heightPanel, LARGEST, overSteps, SMALLEST, stateTable, timeLimits } from "./figure_parts.js";
import { atPoints, contourPanel, heightsOn, madeOf, pathOnSurface, surfacePanel } from "./grounds.js";
import { EFFECTIVE_RATE, effectiveRate, quantityPanel, quantityPaths } from "./quantities.js";

const [CONTOUR, SURFACE, HEIGHT, CURVES] = [0, 1, 2, 3]; // numbers of the panels

const KEPT = 40; // landscapes
const NEAR = 1e-9; // between two starts that are one but for rounding
const startingAt = (state, x0) => ({ ...state, points: { ...state.points, [CONTOUR]: x0 } });

export class LandscapeExplorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
    this.made = new Map();
  }

  // What else changes when the hand does something. `allowed` are the last values that were good
  after(state, action, before) {
    const { allowed = this.model.get("values") } = before;
    const isScene = action.do === "press" && action.name !== "reset";
    const { x0: start, ...values } = isScene ? this.recorded.scenes[action.name] : {};
    const next = { ...state, allowed, chosen: { ...state.chosen, ...values } };
    try {
      next.allowed = this.read(next.chosen);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const own = action.name === "reset" ? this.recorded.x0 : this.start(next, allowed);
    return startingAt(next, start ?? own);
  }

  // Another landscape has a start of its own; that of a family moves, unless a hand has put it
  start({ allowed: now, points }, before) {
    const start = points[CONTOUR];
    const own = (values) => this.ground(values).x0;
    const isAt = (other) => other.every((x, k) => Math.abs(x - start[k]) <= NEAR);
    return now.objective !== before.objective || isAt(own(before)) ? own(now) : start;
  }

  // The landscape of these values, always the same one for the same
  ground(values) {
    const landscape = this.recorded.objectives[values.objective];
    const key = JSON.stringify([values.objective, landscape.parameters?.map((name) => values[name])]);
    if (!this.made.has(key)) {
      if (this.made.size >= KEPT) this.made.delete(this.made.keys().next().value);
      this.made.set(key, madeOf(landscape, values));
    }
    return this.made.get(key);
  }

  read(chosen) {
    return readValues(this.model.get("specs"), chosen);
  }

  // The frame for these values; nothing where the landscape could not be recorded
  frame(values, points) {
    const ground = this.ground(values);
    if (!ground.program) return undefined;
    const { low, high } = heightsOn(ground);
    if (Math.max(-low, high) > LARGEST) throw new Refused(`${ground.name} is too high to be drawn.`);
    const runs = this.recorded.runs.map((run) => this.run(run, ground, points[CONTOUR], values));
    return {
      paths: runs.flatMap((run) => this.paths(run, ground, values)),
      sentence: runs
        .map(({ label, ...run }) => describeRun(this.recorded.words, label, { ...ground, ...run }))
        .join("\n"),
      tables: once(() => this.tables(runs)),
      explain: (label, name, row, step) => {
        const run = runs.find((one) => one.label === label);
        return this.explain(run, ground, points[CONTOUR], values, { name, row, step });
      },
      panels: this.panels(runs, ground, values),
    };
  }

  run({ label, program, hyper, style }, ground, x0, values) {
    const own = Object.fromEntries(hyper.map((name) => [name, values[name]]));
    const given = { ...ground.given, ...own };
    const walk = (names, more = 0) => {
      const last = values.n_steps + more;
      const { x, quantities } = trajectory(program, ground.program, x0, given, last, { names });
      if (names && this.recorded.curves.includes(EFFECTIVE_RATE))
        quantities.push([EFFECTIVE_RATE, effectiveRate(x, quantities)]);
      return { x, quantities };
    };
    const { x, quantities } = walk(this.recorded.curves.length > 0);
    const last = values.arrows ? 1 : 0; // arrows show the step after the last, too
    const all = once(() => (!last && quantities) || walk(true, last).quantities);
    return { label, style, program, given, x, quantities, all, ...atPoints(ground, x) };
  }

  tables(runs) {
    return Object.fromEntries(runs.map(({ label, all }) => [label, stateTable(all())]));
  }

  // The line of the step function that made a number of the table, with its numbers
  explain({ label, program, given, all }, ground, x0, values, { name, row, step }) {
    const value = digits(all().find(([known]) => known === name)[1][2 * step + row]);
    if (step === 0) return `${name} = ${value}, before the first step`;
    const valueOf = registersAt(program, ground.program, x0, given, step);
    const slope = `g = ${value}, the slope of ${ground.name} at x`;
    const without = `${name} = ${value}; no line of the function sets it`;
    return explained(program, name, valueOf, row) ?? (name === "g" ? slope : without);
  }

  paths({ label, style, x, f, quantities }, ground, { n_steps: last, coordinate }) {
    const path = (panel, points, dimensions = 2, more = {}) => ({
      ...{ panel, points, dimensions, n: last + 1, every: 1, label },
      ...style,
      ...more,
    });
    const height = (k) =>
      ground.minimum == null ? f[k] : Math.max(f[k] - ground.minimum, SMALLEST);
    const curves = this.recorded.curves.flatMap((name, k) =>
      quantityPaths(quantities, name, coordinate, style).map(({ points, ...more }) =>
        path(CURVES + k, points, 2, more),
      ),
    );
    return [
      path(CONTOUR, x),
      path(SURFACE, pathOnSurface(ground, x, f), 3),
      path(HEIGHT, overSteps(last + 1, height)),
      ...curves,
    ];
  }

  panels(runs, ground, { n_steps: last, coordinate }) {
    const now = this.model.get("panels");
    const curves = this.recorded.curves.map((name, k) =>
      quantityPanel(name, runs, ground, now[CURVES + k], coordinate, timeLimits(last)),
    );
    return [contourPanel(ground, this.recorded.colours), surfacePanel(ground), heightPanel(ground, last), ...curves];
  }
}

// A function that computes its value once
const once = (compute) => {
  let value;
  return () => (value ??= compute());
};

export default { render: rendererOf(LandscapeExplorer) };
