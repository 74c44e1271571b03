// `explore_sensitivity` in the browser: a map of runs, and the runs of the cell that is shown.

import { Refused, readValues } from "../../live/js/rules.js";
import { bytesOf } from "../../live/js/kernel_frames.js";
import { general, numberOf, short } from "../../live/js/text.js";
import { rendererOf } from "../../live/js/view.js";
import { trajectory } from "../../live/js/walk.js";
import { SMALLEST, overSteps, timeLimits } from "./figure_parts.js";
import { atPoints, contourPanel, heightsOn } from "./grounds.js";
import { mapNumbers } from "./map_runs.js";
import { mapPanel, scalePanel } from "./map_panels.js";

const [MAP, CONTOUR] = [0, 1]; // numbers of the panels
const STARTS = ["start x1", "start x2"];
const NONE = "none";
const MOST_STEPS = 2000; // of all starts together
const LARGEST = 1e304; // of the loss panel

export class SensitivityExplorer {
  constructor(recorded, model, redraw) {
    Object.assign(this, { recorded, model, redraw });
    this.maps = new Map(); // settings -> the numbers of their map, or undefined while they are computed
  }

  // What else changes when the hand does something

  after(state, action, before) {
    const { objectives, x0 } = this.recorded;
    const starting = (start) => ({ ...state, points: { ...state.points, [CONTOUR]: start } });
    if (action.do === "point" && action.panel === MAP) return this.toCell(before, [action.x, action.y]);
    if (action.do === "set" && action.name === "objective")
      return action.value === before.chosen.objective ? state : starting(objectives[action.value].x0);
    if (action.do === "set" && action.name === "optimizer")
      return { ...state, chosen: { ...state.chosen, ...this.axesOf(state.chosen) } };
    if (action.do !== "press") return state;
    if (action.name === "reset") return starting(x0);
    const best = this.numbers(this.settings(this.read(state.chosen), state.points))?.best;
    return best === undefined ? state : this.toCell(state, best);
  }

  // Two hyperparameters for the axes: x and y where the optimizer has them
  axesOf({ optimizer, x, y }) {
    const { axes } = this.recorded.steps[optimizer];
    if (x === STARTS[0] && y === STARTS[1]) return { x, y };
    if (axes.length === 1) return { x: axes[0], y: NONE };
    const first = [...axes, STARTS[0]].includes(x) ? x : axes[0];
    const fits = [...axes, STARTS[1]].includes(y) && y !== first;
    return { x: first, y: fits ? y : axes.find((name) => name !== first) };
  }

  // The state at a cell: its hyperparameters on the sliders, its start on the landscape
  toCell(state, place) {
    const settings = this.settings(this.read(state.chosen), state.points);
    const cell = settings.grids.map(({ values }, k) =>
      Math.max(0, Math.min(values.length - 1, rounded(place[k]))),
    );
    const chosen = { ...state.chosen };
    const start = [...settings.x0];
    settings.grids.forEach(({ name, values }, k) => {
      if (STARTS.includes(name)) start[STARTS.indexOf(name)] = values[cell[k]];
      else chosen[name] = this.inDigits(name, values[cell[k]]);
    });
    const points = { ...state.points, [MAP]: [cell[0], cell[1] ?? 0], [CONTOUR]: start };
    return { ...state, chosen, points };
  }

  // Three digits; of a decay rate 1 - beta has three
  inDigits(name, value) {
    const threeOf = (number) => numberOf(general(number, 3));
    return this.recorded.decays.includes(name) ? 1 - threeOf(1 - value) : threeOf(value);
  }

  read(chosen) {
    const values = readValues(this.model.get("specs"), chosen);
    const { n_steps: steps, n_starts: starts } = values;
    const most = Math.floor(MOST_STEPS / starts);
    if (steps * starts > MOST_STEPS)
      throw new Refused(
        `n_steps must be at most ${most} with ${starts} starts, got ${steps}. For example n_steps=${most}.`,
        "n_steps",
      );
    return values;
  }

  // The map

  // Everything that a map depends on, and its key
  settings(values, points) {
    const { optimizer, objective, x, y, n_steps: nSteps, n_starts: nStarts, noise, seed } = values;
    const step = this.recorded.steps[optimizer];
    const ground = this.recorded.objectives[objective];
    const axes = [x, y].filter((name) => name !== NONE);
    this.checkAxes(axes, step, optimizer);
    const fixed = step.hyper.filter((name) => !axes.includes(name)).map((name) => [name, values[name]]);
    const x0 = points[CONTOUR];
    const start = x0.filter((_, k) => !axes.includes(STARTS[k]));
    const of = [optimizer, objective, axes, fixed, [nSteps, nStarts, noise, seed], start];
    const grids = axes.map((name) => ({ name, ...this.gridOf(name, ground) }));
    const { tolerance } = this.recorded;
    return { ...{ of, key: JSON.stringify(of), step, ground, grids, fixed, x0, values, nSteps, nStarts, tolerance } }; // prettier-ignore
  }

  checkAxes([x, y], { hyper }, optimizer) {
    if (x === y)
      throw new Refused(
        `the two axes of a map must be different hyperparameters, got ${x} twice. ` +
          `${optimizer} has ${hyper.join(", ")}.`,
      );
    for (const name of [x, y])
      if (name !== undefined && !hyper.includes(name) && !STARTS.includes(name))
        throw new Refused(`${optimizer} has no hyperparameter ${name}; it has ${hyper.join(", ")}.`);
  }

  gridOf(name, ground) {
    const k = STARTS.indexOf(name);
    return k < 0 ? this.recorded.grids[name] : ground.axes[k];
  }

  // The numbers of a map: Python's, or those that were computed here; undefined while they are not
  numbers(settings) {
    if (this.failure) throw this.failure;
    const sent = this.model.get("map_numbers");
    if (JSON.stringify(sent.of) === settings.key) return this.fromPython(sent);
    if (!this.maps.has(settings.key)) this.compute(settings);
    return this.maps.get(settings.key);
  }

  fromPython(sent) {
    if (this.sent !== sent) {
      const of = (name) => new Float64Array(bytesOf(sent[name]));
      const [steps, final, nearest, diverged] = ["steps", "final", "nearest", "diverged"].map(of);
      const { minimum } = sent;
      this.python = withBest({ steps, final, nearest, diverged, minimum }, this.columnsOf(steps));
      this.sent = sent;
    }
    return this.python;
  }

  columnsOf(steps) {
    return steps.length === this.recorded.n ? 1 : this.recorded.n;
  }

  async compute(settings) {
    this.maps.clear(); // one is computed at a time
    this.maps.set(settings.key, undefined);
    const isStale = () => !this.maps.has(settings.key);
    try {
      const found = await mapNumbers(this.runsOf(settings), isStale);
      if (!found || isStale()) return;
      this.maps.set(settings.key, withBest(found, settings.grids.length > 1 ? this.recorded.n : 1));
    } catch (error) {
      this.failure = error; // the next frame says so
    }
    this.redraw();
  }

  // The runs of all cells: first axis times second, as lanes
  runsOf(settings) {
    const { step, ground, grids, fixed, nSteps, nStarts, tolerance, x0 } = settings;
    const columns = grids[1]?.values.length ?? 1;
    const lanes = grids[0].values.length * columns;
    const along = (k) =>
      Float64Array.from({ length: lanes }, (_, i) =>
        grids[k].values[k ? i % columns : Math.floor(i / columns)],
      );
    const varied = grids.map(({ name }, k) => [name, along(k)]);
    const hyper = Object.fromEntries([...fixed, ...varied.filter(([name]) => !STARTS.includes(name))]);
    const moved = new Map(varied);
    const starts = [x0, ...ground.starts].slice(0, nStarts);
    const lanesOf = (start) => start.map((value, k) => moved.get(STARTS[k]) ?? value);
    const noise = this.noiseOf(settings);
    return { program: step.program, ground, starts: starts.map(lanesOf), hyper, lanes, noise, nSteps, tolerance }; // prettier-ignore
  }

  // The noise of a step from one start: the numbers of Python's generator, in its order
  noiseOf({ values: { noise, seed } }) {
    if (!noise) return undefined;
    const sent = this.model.get("normal");
    if (sent.seed !== seed)
      throw new Refused("the noise of another seed needs Python: choose the first seed again.", "seed");
    const numbers = (this.normal ??= new Float64Array(bytesOf(sent.numbers)));
    return (t, start, k) => [0, 1].map((row) => noise * numbers[(2 * t + row) * k + start]);
  }

  // A frame

  frame(values, points) {
    const settings = this.settings(values, points);
    const { step, ground } = settings;
    const isKnown = values.noise === 0 || this.model.get("normal").seed === values.seed;
    if (!step.program || !ground.program || (!isKnown && !this.model.isAlone)) return undefined;
    const numbers = this.numbers(settings);
    const cell = settings.grids.map((grid) => this.placeOf(grid, values, settings.x0));
    const runs = this.runsOfCell(settings, cell);
    const minimum = numbers?.minimum ?? ground.minimum ?? 0;
    return {
      paths: [this.dot(cell), ...runs.flatMap((run) => this.paths(run, settings, minimum))],
      sentence: this.sentence(settings, numbers, cell, runs),
      tables: () => ({}),
      panels: this.panels(settings, numbers, minimum),
      isPending: !numbers,
    };
  }

  // The cell of a value on an axis
  placeOf({ name, values: along }, values, x0) {
    const k = STARTS.indexOf(name);
    const value = k < 0 ? values[name] : x0[k];
    const isDecay = this.recorded.decays.includes(name);
    const even = isDecay ? (b) => -Math.log(1 - b) : along[0] > 0 ? Math.log : (x) => x;
    const inside = even(Math.max(along[0], Math.min(along.at(-1), value)));
    const after = along.findIndex((one) => even(one) >= inside);
    if (after <= 0) return after < 0 ? along.length - 1 : 0;
    const [low, high] = [even(along[after - 1]), even(along[after])];
    return rounded(after - 1 + (inside - low) / (high - low));
  }

  // The runs of one cell from all starts
  runsOfCell(settings, cell) {
    const { step, ground, grids, fixed, nSteps } = settings;
    const at = new Map(grids.map(({ name, values }, k) => [name, values[cell[k]]]));
    const hyper = Object.fromEntries([...fixed, ...at]);
    const noise = this.noiseOf(settings);
    return [settings.x0, ...ground.starts].slice(0, settings.nStarts).map((start, s) => {
      const from = start.map((value, k) => at.get(STARTS[k]) ?? value);
      const added = noise && ((t) => noise(t, s, settings.nStarts));
      const { x } = trajectory(step.program, ground.program, from, hyper, nSteps, { noise: added });
      return { x, label: `start ${s + 1}`, ...atPoints(ground, x) };
    });
  }

  dot(cell) {
    const points = Float64Array.from([cell[0], cell[1] ?? 0]);
    return { panel: MAP, points, dimensions: 2, n: 1, every: 0, label: "", ...this.recorded.chosen };
  }

  paths({ x, f, label }, { step, nSteps }, minimum) {
    const path = (panel, points) => ({
      ...{ panel, points, dimensions: 2, n: nSteps + 1, every: 1, label, ...step.style },
    });
    const height = (k) => Math.max(f[k] - minimum, SMALLEST);
    return [path(CONTOUR, x), path(CONTOUR + 1, overSteps(nSteps + 1, height))];
  }

  panels(settings, numbers, minimum) {
    const { ground, values, nSteps, grids, key } = settings;
    const top = 10 * Math.min(Math.max(heightsOn(ground).high - minimum, 1e-9), LARGEST);
    const loss = { limits: [...timeLimits(nSteps), top * 1e-10, top] };
    const landscape = contourPanel(ground, this.recorded.colours.landscape);
    const contour = { ...landscape, title: ground.name.replace(", ", "\n") };
    const isShown =
      numbers === this.python && this.model.get("values").colour === values.colour;
    if (!numbers || isShown) return [undefined, contour, loss];
    const look = { recorded: this.recorded, colour: values.colour, ground, numbers };
    return [mapPanel(look, grids, `${key} ${values.colour}`), contour, loss, scalePanel(look)];
  }

  // The sentence: the map in numbers, its best cell, and the cell shown

  sentence({ values, ground, grids, nSteps, nStarts }, numbers, cell, runs) {
    const { n } = this.recorded;
    const columns = grids.length > 1 ? n : 1;
    const noise = values.noise ? `, noise ${general(values.noise, 6)}, seed ${values.seed}` : "";
    const about =
      `${values.optimizer} on ${ground.name}: ${n} x ${columns} cells, ${nSteps} steps, ` +
      `${nStarts} start${nStarts > 1 ? "s" : ""}${noise}.`;
    if (!numbers) return `${about} They are being computed.`;
    const index = cell[0] * columns + (cell[1] ?? 0);
    const converged = numbers.steps.filter(Number.isFinite).length;
    const diverged = numbers.diverged.filter(Boolean).length;
    const outcome = (k) => {
      if (numbers.diverged[k]) return "diverges";
      const steps = numbers.steps[k];
      return Number.isFinite(steps) ? `converges in ${steps} steps` : "does not converge";
    };
    const which = runs.length > 1 ? " (worst start)" : "";
    const end = numbers.diverged[index]
      ? ""
      : `; f - minimum is ${short(numbers.final[index] - numbers.minimum)} at the end${which}`;
    const { best } = numbers;
    return (
      `${about} ${converged} cells converge, ${diverged} diverge.\n` +
      `Best cell: ${this.written(grids, best)}: ${outcome(best[0] * columns + (best[1] ?? 0))}.\n` +
      `This cell: ${this.written(grids, cell)}: ${outcome(index)}${end}.`
    );
  }

  written(grids, cell) {
    const text = ({ name, values }, k) => {
      const value = this.inDigits(name, values[cell[k]]);
      return `${name} = ${name.startsWith("beta") ? general(value, 7) : short(value, 3)}`;
    };
    return grids.map(text).join(", ");
  }
}

// Python's round: a tie goes to the even number
function rounded(value) {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

// The numbers of a map with its best cell: the fewest steps, among equals the lowest f
function withBest(numbers, columns) {
  const { steps, final } = numbers;
  let best = 0;
  for (let k = 1; k < steps.length; k++) {
    const isBetter = steps[k] < steps[best] || (steps[k] === steps[best] && final[k] < final[best]);
    if (isBetter) best = k;
  }
  return { ...numbers, best: [Math.floor(best / columns), best % columns] };
}

export default { render: rendererOf(SensitivityExplorer) };
