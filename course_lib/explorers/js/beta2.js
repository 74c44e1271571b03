// `explore_beta2` in the browser: Adam's drift on the online example against beta2.

import { Machine } from "../../live/js/machine.js";
import { readValues } from "../../live/js/rules.js";
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

class Beta2Explorer {
  constructor(recorded, model) {
    this.recorded = recorded;
    this.model = model;
  }

  after(state, action) {
    let { chosen } = state;
    const isClick = action.do === "point" && action.panel === AGAINST_BETA2;
    if (isClick) chosen = { ...chosen, beta2: betaOf(Math.max(action.x, 0)) };
    if (action.do === "press" && action.name === "turning point") {
      const turn = this.lastTurn(this.read(chosen));
      if (turn === null) return { ...state, note: NO_TURN };
      chosen = { ...chosen, beta2: turn };
    }
    return { ...state, chosen };
  }

  read(chosen) {
    return readValues(this.model.get("specs"), chosen);
  }

  frame(values) {
    const moves = this.movesAt([values.beta2], values);
    const drift = sumOf(moves);
    const grid = evenly(0, NINES, 201);
    const drifts = this.driftsAt(grid.map(betaOf), values);
    const x = positionsOf(moves);
    const reach = roundAbove(Math.max(...x.map(Math.abs), 1e-3));
    const times = evenly(0, PERIODS, x.length);
    return {
      paths: [
        this.path(AGAINST_BETA2, "level", [0, 0, NINES, 0]),
        this.path(AGAINST_BETA2, "curve", grid.flatMap((nines, k) => [nines, drifts[k]])),
        this.path(AGAINST_BETA2, "chosen", [ninesOf(values.beta2), drift]),
        this.path(OVER_TIME, "level", [0, 0, PERIODS, PERIODS * drift]),
        this.path(OVER_TIME, "curve", times.flatMap((time, k) => [time, x[k]])),
      ],
      sentence: sentenceOf(values, drift, this.lastTurn(values)),
      tables: () => ({}),
      panels: [undefined, { limits: [-0.06, PERIODS + 0.06, -reach, reach] }],
    };
  }

  path(panel, style, points) {
    const n = points.length / 2;
    const look = this.recorded.styles[style];
    return { panel, points: Float64Array.from(points), dimensions: 2, n, every: 0, label: "", ...look };
  }

  // The moves of one period for each of several beta2, one period after the other
  movesAt(betas, { period, ...values }) {
    const n = betas.length * period;
    const machine = new Machine(this.recorded.move, n);
    for (const [name, value] of Object.entries({ ...values, period })) machine.set(name, value);
    machine.set("beta2", Float64Array.from({ length: n }, (_, i) => betas[Math.floor(i / period)]));
    machine.set("k", Float64Array.from({ length: n }, (_, i) => i % period));
    machine.run();
    return machine.get("value");
  }

  driftsAt(betas, values) {
    const moves = this.movesAt(betas, values);
    const { period } = values;
    return betas.map((_, k) => sumOf(moves.subarray(k * period, (k + 1) * period)));
  }

  // The largest beta2 at which the drift goes from above 0 to below 0; null where none does
  lastTurn(values) {
    const grid = evenly(0, NINES + 2, 141).map(betaOf);
    const drifts = this.driftsAt(grid, values);
    const turn = drifts.findLastIndex((drift, k) => drift > 0 && drifts[k + 1] < 0);
    if (turn < 0) return null;
    let [wrong, right] = [grid[turn], grid[turn + 1]];
    for (;;) {
      const middle = (wrong + right) / 2;
      if (!(wrong < middle && middle < right)) return right;
      if (this.driftsAt([middle], values)[0] > 0) wrong = middle;
      else right = middle;
    }
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
function sentenceOf({ beta2, high, low, period }, moved, turn) {
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
