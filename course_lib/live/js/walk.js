// Runs: a recorded step function that is repeated, with the gradients of a recorded landscape.

import { Machine } from "./machine.js";

// A step, again and again, in every lane. Without a landscape the gradients "g.0", ... are set
// before each step.
export class Walk {
  constructor(step, landscape, { x0, hyper, lanes = 1 }) {
    this.step = new Machine(step, lanes);
    this.landscape = landscape ? new Machine(landscape, lanes) : null;
    this.taken = 0;
    const { inputs, outputs } = this.step;
    // an output may be the register of another's input, so all are read before one is written
    this.after = [...outputs].map(([name, from]) => [this.step.register(from), this.state(name)]);
    this.held = this.after.map(() => new Float64Array(lanes));
    this.x = x0.map((_, k) => this.state(`x.${k}`));
    this.toLandscape = !landscape ? [] : this.x.map((x, k) => [x, this.place(`x.${k}`)]);
    const slopes = x0.map((_, k) => `g.${k}`).filter((name) => inputs.has(name));
    this.toStep = !landscape ? [] : slopes.map((g) => [this.landscape.get(g), this.state(g)]);
    const start = [...Object.entries(hyper), ...step.start, ...x0.map((x, k) => [`x.${k}`, x])];
    for (const [name, value] of start) this.set(name, value);
  }

  state(name) {
    return this.step.register(this.step.inputs.get(name));
  }

  place(name) {
    return this.landscape.register(this.landscape.inputs.get(name));
  }

  // Give a hyperparameter, a gradient or a field another value, or a number of the landscape
  set(name, value) {
    this.step.set(name, value);
    this.landscape?.set(name, value);
    this.isSeen = false;
  }

  // What a register of the step function holds
  register(index) {
    return this.step.register(index);
  }

  // The height at x
  get f() {
    this.look();
    return this.landscape.get("f");
  }

  // Height and gradient at x, once for each x
  look() {
    if (this.isSeen || !this.landscape) return;
    copyAll(this.toLandscape);
    this.landscape.run();
    this.isSeen = true;
  }

  // Everything that the step function computes; x is still where it was
  compute(noise) {
    this.look();
    copyAll(this.toStep);
    noise?.forEach((values, k) => addLanes(values, this.state(`g.${k}`)));
    this.step.set("run.t", this.taken + 1);
    this.step.run();
  }

  // One step; `noise` is added to the gradient, a number or one for each lane in every coordinate
  advance(noise) {
    this.compute(noise);
    this.keep();
  }

  // The state that was computed becomes the state
  keep() {
    const { after, held } = this;
    for (let k = 0; k < held.length; k++) copyLanes(after[k][0], held[k]);
    for (let k = 0; k < held.length; k++) copyLanes(held[k], after[k][1]);
    this.taken += 1;
    this.isSeen = false;
  }
}

// A call of `set` takes longer for one lane than the step
function copyLanes(from, to) {
  if (from.length > 16) to.set(from);
  else for (let i = 0; i < from.length; i++) to[i] = from[i];
}

function copyAll(pairs) {
  for (const [from, to] of pairs) copyLanes(from, to);
}

function addLanes(values, to) {
  const isOne = typeof values === "number";
  for (let i = 0; i < to.length; i++) to[i] += isOne ? values : values[i];
}

// One run: x and f of all steps, the coordinates of a step beside each other. On request with its
// quantities as the state table has them: what does not exist before the first step is nan there.
export function trajectory(step, landscape, x0, hyper, nSteps, { names = false, noise } = {}) {
  const walk = new Walk(step, landscape, { x0, hyper });
  const x = new Float64Array(2 * (nSteps + 1));
  const f = new Float64Array(nSteps + 1);
  const quantities = names ? quantitiesOf(step, walk, nSteps) : null;
  for (let t = 0; t <= nSteps; t++) {
    x[2 * t] = walk.x[0][0];
    x[2 * t + 1] = walk.x[1][0];
    f[t] = walk.f[0];
    if (t === nSteps) break;
    walk.compute(noise?.(t));
    quantities?.forEach(({ values, registers }) => writePair(values, t + 1, registers));
    walk.keep();
  }
  return { x, f, quantities: quantities?.map(({ name, values }) => [name, values]) ?? null };
}

// Where the quantities come from, and their values; as yet there is the start only
function quantitiesOf(step, walk, nSteps) {
  const fields = new Set(step.outputs.map(([name]) => name.split(".")[0]));
  const [x, ...others] = step.names.filter(([name]) => nSteps > 0 || fields.has(name));
  const names = nSteps > 0 ? step.names : [x, ["g", []], ...others];
  return names.map(([name, indices]) => {
    const values = new Float64Array(2 * (nSteps + 1)).fill(NaN, 0, 2);
    if (fields.has(name)) writePair(values, 0, [walk.state(`${name}.0`), walk.state(`${name}.1`)]);
    return { name, values, registers: indices.map((index) => walk.register(index)) };
  });
}

function writePair(values, t, [first, second]) {
  values[2 * t] = first[0];
  values[2 * t + 1] = second[0];
}

// The registers of a step function as they are inside step number `number`, by their index
export function registersAt(step, landscape, x0, hyper, number) {
  const walk = new Walk(step, landscape, { x0, hyper });
  for (let t = 1; t < number; t++) walk.advance();
  walk.compute();
  return (index) => walk.register(index)[0];
}
