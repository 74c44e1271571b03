// `explore_beta2` in the browser: Adam's drift on the online example against beta2.

import { Machine } from "../../live/js/machine.js";
import { Refused, readValues } from "../../live/js/rules.js";
import { general, short } from "../../live/js/text.js";
import { rendererOf } from "../../live/js/view.js";
import { roundAbove } from "./quantities.js";

const [AGAINST_BETA2, OVER_TIME] = [0, 1]; // numbers of the panels
const NO_DRIFT = 1e-10; // lr per period; a smaller one is a rounding error
const NINES = 5; // the curve of the drift ends at beta2 = 0.99999
const PERIODS = 3; // over which x is shown
const KEPT = 20; // curves: without Python every press of a button is looked at again and again
const NO_TURN = "With these slopes there is no turning point: press reset.";

// The place of a beta2 on the axis: 0, 0.9, 0.99 are at 0, 1, 2; and back
const ninesOf = (beta2) => -Math.log10(1 - beta2);
const betaOf = (nines) => 1 - 10 ** -nines;
const evenly = (from, to, n) =>
  Array.from({ length: n }, (_, k) => from + ((to - from) * k) / (n - 1));

export class Beta2Explorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
    this.curves = new Map(); // of the drift, by the values of all controls but beta2
  }

  // Python's dot follows beta2, and its button takes the last values that were allowed
  after(state, { do: what, name, panel, x }) {
    const { allowed = this.model.get("values") } = state;
    let [{ chosen }, note] = [state, undefined];
    if (what === "point" && panel === AGAINST_BETA2)
      chosen = { ...chosen, beta2: betaOf(Math.max(x, 0)) };
    if (what === "press" && name === "turning point") {
      const { turn } = this.curveOf(allowed);
      if (turn == null) note = NO_TURN;
      else chosen = { ...chosen, beta2: turn };
    }
    return this.withDot({ ...state, chosen, note, allowed });
  }

  withDot(state) {
    try {
      const allowed = this.read(state.chosen);
      const dot = [ninesOf(allowed.beta2), driftAt(this.machineOf(allowed), allowed.beta2)];
      return { ...state, allowed, points: { ...state.points, [AGAINST_BETA2]: dot } };
    } catch (error) {
      if (error instanceof Refused) return state;
      throw error;
    }
  }

  read(chosen) {
    return readValues(this.model.get("specs"), chosen);
  }

  frame(values) {
    const { drifts, turn } = this.curveOf(values);
    const moves = movesAt(this.machineOf(values), values.beta2);
    const drift = sumOf(moves);
    const x = positionsOf(moves);
    const reach = roundAbove(Math.max(...x.map(Math.abs), 1e-3));
    const times = evenly(0, PERIODS, x.length);
    return {
      paths: [
        this.path(AGAINST_BETA2, "level", [0, 0, NINES, 0]),
        this.path(AGAINST_BETA2, "curve", drifts.flat()),
        this.path(AGAINST_BETA2, "chosen", [ninesOf(values.beta2), drift]),
        this.path(OVER_TIME, "level", [0, 0, PERIODS, PERIODS * drift]),
        this.path(OVER_TIME, "curve", times.flatMap((time, k) => [time, x[k]])),
      ],
      sentence: driftSentence(values, drift, turn),
      tables: () => ({}),
      panels: [undefined, { limits: [-0.06, PERIODS + 0.06, -reach, reach] }],
    };
  }

  path(panel, style, points) {
    return {
      ...{ panel, points: Float64Array.from(points), dimensions: 2, n: points.length / 2 },
      ...{ every: 0, label: "", ...this.recorded.styles[style] },
    };
  }

  // Computes the moves of a period, a lane for each
  machineOf(values) {
    const machine = new Machine(this.recorded.move, values.period);
    for (const [name, value] of Object.entries(values)) machine.set(name, value);
    machine.set("k", Float64Array.from({ length: values.period }, (_, k) => k));
    return machine;
  }

  // The drift against the place of beta2, and its last turn; both are the same for every beta2
  curveOf({ beta2: _, ...others }) {
    const key = JSON.stringify(others);
    if (!this.curves.has(key)) {
      if (this.curves.size >= KEPT) this.curves.clear();
      this.curves.set(key, curveOf(this.machineOf(others)));
    }
    return this.curves.get(key);
  }
}

function curveOf(machine) {
  const drifts = evenly(0, NINES, 201).map((nines) => [nines, driftAt(machine, betaOf(nines))]);
  return { drifts, turn: lastTurn(machine) };
}

// The moves at a beta2; the next ones are written over them
function movesAt(machine, beta2) {
  machine.set("beta2", beta2);
  machine.run();
  return machine.get("value");
}

const driftAt = (machine, beta2) => sumOf(movesAt(machine, beta2));

// The largest beta2 at which the drift goes from above 0 to below 0; null where none does
function lastTurn(machine) {
  const grid = evenly(0, NINES + 2, 141).map(betaOf);
  const drifts = grid.map((beta2) => driftAt(machine, beta2));
  const turn = drifts.findLastIndex((drift, k) => drift > 0 && drifts[k + 1] < 0);
  if (turn < 0) return null;
  let [wrong, right] = [grid[turn], grid[turn + 1]];
  for (;;) {
    const middle = (wrong + right) / 2;
    if (!(wrong < middle && middle < right)) return right;
    if (driftAt(machine, middle) > 0) wrong = middle;
    else right = middle;
  }
}

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

// x over PERIODS periods from 0, once the moments repeat themselves
function positionsOf(moves) {
  const x = [0];
  for (let k = 0; k < PERIODS * moves.length; k++) x.push(x[k] + moves[k % moves.length]);
  return x;
}

// The drift, which way that is, and where it turns
function driftSentence({ beta2, high, low, period }, moved, turn) {
  const drift = Math.abs(moved) > NO_DRIFT ? moved : 0;
  const isRight = (high + (period - 1) * low) * drift < 0;
  const side = `towards ${drift > 0 ? "+1" : "-1"}, the ${isRight ? "right" : "wrong"} way`;
  const way = drift ? side : "so x stays where it is";
  const turns =
    turn == null
      ? "At no beta2 does it turn from right to left."
      : `The drift changes its sign at beta2 = ${general(turn, 6)}.`;
  const sign = drift > 0 ? "+" : "";
  return `beta2 = ${general(beta2, 6)}: ${sign}${short(drift, 3)} lr per period, ${way}.\n${turns}`;
}

export default { render: rendererOf(Beta2Explorer) };
