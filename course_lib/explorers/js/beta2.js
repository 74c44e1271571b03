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
const NO_TURN = "With these slopes there is no turning point: press reset.";

// The place of a beta2 on the axis: 0, 0.9, 0.99 are at 0, 1, 2; and back
const ninesOf = (beta2) => -Math.log10(1 - beta2);
const betaOf = (nines) => 1 - 10 ** -nines;
const evenly = (from, to, n) => Array.from({ length: n }, (_, k) => from + ((to - from) * k) / (n - 1));

export class Beta2Explorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
  }

  // Python's dot follows beta2, and its button takes the last values that were allowed
  after(state, { do: what, name, panel, x }) {
    const { allowed = this.model.get("values") } = state;
    let [{ chosen }, note] = [state, undefined];
    if (what === "point" && panel === AGAINST_BETA2)
      chosen = { ...chosen, beta2: betaOf(Math.max(x, 0)) };
    if (what === "press" && name === "reset") chosen = this.firstValues();
    if (what === "press" && name === "turning point") {
      const { turn } = this.curveOf(allowed);
      if (turn === null) note = NO_TURN;
      else chosen = { ...chosen, beta2: turn };
    }
    return this.withDot({ ...state, chosen, note, allowed });
  }

  firstValues() {
    return Object.fromEntries(this.model.get("specs").map(({ name, value }) => [name, value]));
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
    const n = points.length / 2;
    const look = this.recorded.styles[style];
    return { panel, points: Float64Array.from(points), dimensions: 2, n, every: 0, label: "", ...look };
  }

  // Computes the moves of a period, a lane for each
  machineOf({ period, ...values }) {
    const machine = new Machine(this.recorded.move, period);
    for (const [name, value] of Object.entries({ ...values, period })) machine.set(name, value);
    machine.set("k", Float64Array.from({ length: period }, (_, k) => k));
    return machine;
  }

  // The drift against the place of beta2, and the last turn; kept while only beta2 changes
  curveOf({ beta2: _, ...others }) {
    const key = JSON.stringify(others);
    if (this.curve?.key !== key) {
      const machine = this.machineOf(others);
      const drifts = evenly(0, NINES, 201).map((nines) => [nines, driftAt(machine, betaOf(nines))]);
      this.curve = { key, drifts, turn: lastTurn(machine) };
    }
    return this.curve;
  }
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
    turn === null
      ? "At no beta2 does it turn from right to left."
      : `The drift changes its sign at beta2 = ${general(turn, 6)}.`;
  const sign = drift > 0 ? "+" : "";
  return `beta2 = ${general(beta2, 6)}: ${sign}${short(drift, 3)} lr per period, ${way}.\n${turns}`;
}

export default { render: rendererOf(Beta2Explorer) };
