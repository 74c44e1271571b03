// Runs: a recorded step function that is repeated, with the gradient of a recorded landscape.

import { Machine } from "./machine.js";

// One program of two: the landscape's gradient is what the step gets as g
function linked(landscape, step) {
  const [inputs, outputs] = [new Map(step.inputs), new Map(landscape.outputs)];
  const renamed = new Map(landscape.inputs.map(([name, register]) => [register, inputs.get(name)]));
  const moved = (register) => renamed.get(register) ?? register + step.size;
  const gradient = new Map(
    ["g.0", "g.1"].filter((name) => inputs.has(name)).map((name) => [inputs.get(name), moved(outputs.get(name))]),
  );
  const own = (register) => gradient.get(register) ?? register;
  const program = {
    size: landscape.size + step.size,
    inputs: step.inputs,
    constants: [...step.constants, ...landscape.constants.map(([r, value]) => [moved(r), value])],
    instructions: [
      ...landscape.instructions.map(([target, name, ...from]) => [moved(target), name, ...from.map(moved)]),
      ...step.instructions.map(([target, name, ...from]) => [target, name, ...from.map(own)]),
    ],
    outputs: step.outputs.map(([name, register]) => [name, own(register)]),
  };
  return { program, own };
}

// A step, again and again. With a landscape it finds its gradients there; else they are inputs
// that are set before each step.
export class Walk {
  constructor(step, landscape, { x0, hyper, lanes = 1 }) {
    const { program, own } = landscape ? linked(landscape, step) : { program: step, own: (r) => r };
    this.machine = new Machine(program, lanes);
    this.own = own;
    for (const [name, value] of Object.entries(hyper)) this.machine.set(name, value);
    x0.forEach((value, k) => this.machine.set(`x.${k}`, value));
    this.x = x0.map((_, k) => this.machine.registers[this.machine.inputs.get(`x.${k}`)]);
    // an output may be another's input, so all are read before one is written
    this.fields = program.outputs.map(([name, register]) => ({
      to: this.machine.registers[this.machine.inputs.get(name)],
      from: this.machine.registers[register],
      held: new Float64Array(lanes),
    }));
  }

  // An input, one number for each lane, to be set before a step
  input(name) {
    return this.machine.registers[this.machine.inputs.get(name)];
  }

  // What a register of the step holds
  register(number) {
    return this.machine.registers[this.own(number)];
  }

  advance() {
    this.machine.run();
    this.keep();
  }

  // The state after a step becomes that before the next
  keep() {
    for (const { from, held } of this.fields) held.set(from);
    for (const { to, held } of this.fields) to.set(held);
  }
}

// One run: x of all steps, two coordinates one after the other, and on request its quantities as
// the state table has them: what does not exist before the first step is nan there
export function trajectory(step, landscape, x0, hyper, nSteps, { names = false } = {}) {
  const walk = new Walk(step, landscape, { x0, hyper });
  const x = new Float64Array(2 * (nSteps + 1));
  x.set(x0);
  const fields = new Set(step.inputs.map(([name]) => name.split(".")[0]).filter((name) => name !== "g"));
  const quantities = !names ? null : step.names.map(([name, registers]) => {
    const values = new Float64Array(2 * (nSteps + 1));
    values.fill(fields.has(name) ? 0 : NaN, 0, 2);
    if (name === "x") values.set(x0);
    return { name, values, from: registers.map((register) => walk.register(register)) };
  });
  for (let t = 1; t <= nSteps; t++) {
    walk.machine.run();
    quantities?.forEach(({ values, from: [a, b] }) => {
      values[2 * t] = a[0];
      values[2 * t + 1] = b[0];
    });
    walk.keep();
    x[2 * t] = walk.x[0][0];
    x[2 * t + 1] = walk.x[1][0];
  }
  return { x, quantities: quantities?.map(({ name, values }) => [name, values]) ?? null };
}

// The registers of a step function as they are inside step number `step`
export function registersAt(step, landscape, x0, hyper, number) {
  const walk = new Walk(step, landscape, { x0, hyper });
  for (let t = 1; t < number; t++) walk.advance();
  walk.machine.run();
  return (register) => walk.register(register)[0];
}
