// `explore_sensitivity` in the browser: a map of runs, and the runs of the cell that is shown.

import { Refused, readValues } from "../../live/js/rules.js";
import { bytesOf } from "../../live/js/any_host.js";
import { general, numberOf, share, short } from "../../live/js/text.js";
import { rendererOf } from "../../live/js/view.js";
import { trajectory } from "../../live/js/walk.js";
import { LARGEST, SMALLEST, overSteps, timeLimits } from "./figure_parts.js";
import { atPoints, contourPanel, heightsOn } from "./grounds.js";
import { mapPanel, scalePanel } from "./map_panels.js";
import { Maps } from "./maps.js";

const [MAP, CONTOUR] = [0, 1]; // numbers of the panels
const STARTS = ["start x1", "start x2"];
const NONE = "none";
const MOST_STEPS = 2000; // of all starts together
const UNKNOWN_MINIMIZERS = "colour must be steps or final f, got minimizer, but none is known.";
const OTHER_SEED = "the noise of another seed needs Python: choose the first seed again.";

const startingAt = (state, x0) => ({ ...state, points: { ...state.points, [CONTOUR]: x0 } });

export class SensitivityExplorer {
  constructor(recorded, model, redraw) {
    Object.assign(this, { recorded, model });
    this.maps = new Maps(model, redraw);
    this.shownPanels = []; // of the last map that was there
  }

  // What else changes when the hand does something. A cell is one of the map that is shown: of the
  // last values that were allowed.

  after(state, action) {
    const [values, points] = ["values", "points"].map((name) => this.model.get(name));
    const { shown = { values, points } } = state;
    const isReset = action.do === "press" && action.name === "reset";
    return this.withCell({ ...this.moved(state, action, shown), shown }, isReset);
  }

  moved(state, action, shown) {
    if (action.do === "point" && action.panel === MAP)
      return this.toCell(state, shown, [action.x, action.y]);
    if (action.do !== "press") return state;
    if (action.name === "reset") return startingAt(state, this.recorded.x0);
    const best = this.maps.best(this.settings(shown.values, shown.points).key);
    return best ? this.toCell(state, shown, best) : state;
  }

  // The state with the cell that its values choose. Another landscape has a start of its own,
  // another optimizer axes that it has.
  withCell(state, hasStart) {
    const { shown } = state;
    try {
      const values = this.read(state.chosen);
      const { optimizer, objective } = values;
      if (optimizer !== shown.values.optimizer) Object.assign(values, this.axesOf(values));
      const chosen = { ...state.chosen, x: values.x, y: values.y };
      const isOther = objective !== shown.values.objective && !hasStart;
      const own = this.recorded.objectives[objective].x0;
      const { points } = isOther ? startingAt(state, own) : state;
      const { cell } = this.settings(values, points);
      const moved = { ...points, [MAP]: [cell[0], cell[1] ?? 0] };
      return { ...state, chosen, points: moved, shown: { values, points: moved } };
    } catch (error) {
      if (error instanceof Refused) return state;
      throw error;
    }
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
  toCell(state, { values: shown, points }, place) {
    const { grids } = this.settings(shown, points);
    const chosen = { ...state.chosen };
    const start = [...points[CONTOUR]];
    grids.forEach(({ name, values }, k) => {
      const value = values[Math.max(0, Math.min(values.length - 1, rounded(place[k])))];
      if (STARTS.includes(name)) start[STARTS.indexOf(name)] = value;
      else chosen[name] = this.inDigits(name, value);
    });
    return startingAt({ ...state, chosen }, start);
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
        `n_steps must be at most ${most} with ${starts} starts, got ${steps}. ` +
          `For example n_steps=${most}.`,
        "n_steps",
      );
    const { minimizers } = this.recorded.objectives[values.objective];
    if (values.colour === "minimizer" && !minimizers.length)
      throw new Refused(UNKNOWN_MINIMIZERS, "colour");
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
    const others = step.hyper.filter((name) => !axes.includes(name));
    const fixed = others.map((name) => [name, values[name]]);
    const x0 = points[CONTOUR];
    const start = x0.filter((_, k) => !axes.includes(STARTS[k]));
    const of = [optimizer, objective, axes, fixed, [nSteps, nStarts, noise, seed], start];
    const grids = axes.map((name) => ({ name, ...this.gridOf(name, ground) }));
    const cell = grids.map((grid) => this.placeOf(grid, values, x0));
    const { tolerance } = this.recorded;
    const parts = { step, ground, grids, cell, fixed, x0, values, nSteps, nStarts, tolerance };
    return { key: JSON.stringify(of), ...parts };
  }

  checkAxes([x, y], { hyper }, optimizer) {
    if (x === y)
      throw new Refused(
        `the two axes of a map must be different hyperparameters, got ${x} twice. ` +
          `${optimizer} has ${hyper.join(", ")}.`,
      );
    const known = [undefined, ...STARTS, ...hyper];
    const unknown = [x, y].find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new Refused(
        `${optimizer} has no hyperparameter ${unknown}; it has ${hyper.join(", ")}.`,
      );
  }

  gridOf(name, ground) {
    const k = STARTS.indexOf(name);
    return k < 0 ? this.recorded.grids[name] : ground.axes[k];
  }

  // The runs of all cells: first axis times second, as lanes
  runsOf(settings) {
    const { step, ground, grids, fixed, nSteps, nStarts, tolerance, x0 } = settings;
    const columns = grids[1]?.values.length ?? 1;
    const lanes = grids[0].values.length * columns;
    const along = (k) =>
      Float64Array.from(
        { length: lanes },
        (_, i) => grids[k].values[k ? i % columns : Math.floor(i / columns)],
      );
    const varied = grids.map(({ name }, k) => [name, along(k)]);
    const chosen = varied.filter(([name]) => !STARTS.includes(name));
    const hyper = Object.fromEntries([...fixed, ...chosen]);
    const moved = new Map(varied);
    const starts = [x0, ...ground.starts].slice(0, nStarts);
    const lanesOf = (start) => start.map((value, k) => moved.get(STARTS[k]) ?? value);
    const [noise, { program }] = [this.noiseOf(settings), step];
    const parts = { program, ground, hyper, lanes, noise, nSteps, tolerance };
    return { starts: starts.map(lanesOf), ...parts };
  }

  // The noise of a step from one start: the numbers of Python's generator, in its order
  noiseOf({ values: { noise } }) {
    if (!noise) return undefined;
    const sent = this.model.get("normal");
    const numbers = new Float64Array(bytesOf(sent.numbers));
    return (t, start, k) => [0, 1].map((row) => noise * numbers[(2 * t + row) * k + start]);
  }

  // A frame; undefined where only Python can compute it

  frame(values, points) {
    const settings = this.settings(values, points);
    if (!this.computes(settings)) return undefined;
    const runs = this.runsOfCell(settings);
    const columns = settings.grids[1]?.values.length ?? 1;
    const numbers = this.maps.numbers(settings.key, columns, () => this.runsOf(settings));
    const minimum = numbers?.minimum ?? settings.ground.minimum ?? 0;
    return {
      paths: [this.dot(settings), ...runs.flatMap((run) => this.paths(run, settings, minimum))],
      sentence: this.sentence(settings, numbers, runs),
      tables: () => ({}),
      panels: this.panels(settings, numbers, minimum),
      isPending: !numbers,
    };
  }

  // Whether all that a frame needs is here; where there is no Python, words say what is not
  computes({ step, ground, values: { optimizer, objective, noise, seed } }) {
    const isHere = [
      [step.program, `${optimizer} needs Python: choose another method.`, "optimizer"],
      [ground.program, `${objective} needs Python: choose another objective.`, "objective"],
      [noise === 0 || this.model.get("normal").seed === seed, OTHER_SEED, "seed"],
    ];
    const [, words, name] = isHere.find(([is]) => !is) ?? [];
    if (words && this.model.isAlone) throw new Refused(words, name);
    return !words;
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
  runsOfCell(settings) {
    const { step, ground, grids, cell, fixed, nSteps } = settings;
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

  dot({ cell }) {
    const points = Float64Array.from([cell[0], cell[1] ?? 0]);
    const { chosen } = this.recorded;
    return { panel: MAP, points, dimensions: 2, n: 1, every: 0, label: "", ...chosen };
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
    if (numbers) this.shownPanels = this.mapPanels(values.colour, ground, grids, key, numbers);
    const [map, scale] = this.shownPanels;
    return [map, contour, loss, scale];
  }

  // The map and its scale; nothing where Python's picture shows them
  mapPanels(colour, ground, grids, key, numbers) {
    if (numbers === this.maps.python && this.model.get("values").colour === colour) return [];
    const look = { recorded: this.recorded, colour, ground, numbers };
    return [mapPanel(look, grids, `${key} ${colour}`), scalePanel(look)];
  }

  // The sentence: the map in numbers, its best cell, and the cell shown

  sentence({ values, ground, grids, cell, nSteps, nStarts }, numbers, runs) {
    const [n, columns] = [grids[0].values.length, grids[1]?.values.length ?? 1];
    const noise = values.noise ? `, noise ${general(values.noise, 6)}, seed ${values.seed}` : "";
    const about =
      `${values.optimizer} on ${ground.name}: ${n} x ${columns} cells, ${nSteps} steps, ` +
      `${nStarts} start${nStarts > 1 ? "s" : ""}${noise}.`;
    if (!numbers) return `${about} They are being computed.`;
    const index = cell[0] * columns + (cell[1] ?? 0);
    const converge = share(numbers.steps.filter(Number.isFinite).length, n * columns);
    const diverge = share(numbers.diverged.filter(Boolean).length, n * columns);
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
      `${about} Of the cells ${converge} converge, ${diverge} diverge.\n` +
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

export default { render: rendererOf(SensitivityExplorer) };
