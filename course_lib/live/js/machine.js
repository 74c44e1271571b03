// An array machine: it computes recordings, lists of instructions over registers. A register holds
// one number for each lane: one lane for a path, 4,096 lanes for a map. Nothing is generated or
// evaluated as code.

const { abs, sqrt, cbrt, exp, expm1, log, log2, log10, log1p, floor, ceil, trunc } = Math;

const rint = (a) => {
  const down = floor(a);
  const rest = a - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
};

const remainder = (a, b) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

const floorDivide = (a, b) => {
  const exact = (a - remainder(a, b)) / b;
  const down = floor(exact);
  return exact - down > 0.5 ? down + 1 : down;
};

// The operations of a recording on single numbers; truth values are 0 and 1
const OPERATIONS = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  where: (a, b, c) => (a !== 0 ? b : c),
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  // 1 ** anything is 1 for numpy, also 1 ** nan and 1 ** inf
  power: (a, b) => (a === 1 || (a === -1 && abs(b) === Infinity) ? 1 : a ** b),
  negative: (a) => -a,
  absolute: abs,
  sign: Math.sign,
  ...{ sqrt, cbrt, exp, expm1, log, log2, log10, log1p, floor, ceil, trunc, rint, remainder },
  ...{ sin: Math.sin, cos: Math.cos, tan: Math.tan, sinh: Math.sinh, cosh: Math.cosh },
  ...{ tanh: Math.tanh, arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan },
  ...{ arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh },
  arctan2: Math.atan2,
  hypot: (a, b) => Math.hypot(a, b),
  fmod: (a, b) => a % b,
  floor_divide: floorDivide,
  greater: (a, b) => +(a > b),
  greater_equal: (a, b) => +(a >= b),
  less: (a, b) => +(a < b),
  less_equal: (a, b) => +(a <= b),
  equal: (a, b) => +(a === b),
  not_equal: (a, b) => +(a !== b),
};

// The commonest ones over all lanes, spelled out: a call for each lane costs half of the time
const OVER_LANES = {
  add: (n, out, a, b) => { for (let i = 0; i < n; i++) out[i] = a[i] + b[i]; },
  subtract: (n, out, a, b) => { for (let i = 0; i < n; i++) out[i] = a[i] - b[i]; },
  multiply: (n, out, a, b) => { for (let i = 0; i < n; i++) out[i] = a[i] * b[i]; },
  divide: (n, out, a, b) => { for (let i = 0; i < n; i++) out[i] = a[i] / b[i]; },
  sqrt: (n, out, a) => { for (let i = 0; i < n; i++) out[i] = sqrt(a[i]); },
  where: (n, out, a, b, c) => { for (let i = 0; i < n; i++) out[i] = a[i] !== 0 ? b[i] : c[i]; },
}; // prettier-ignore

const overLanes = (f) => (n, out, a, b, c) => {
  for (let i = 0; i < n; i++) out[i] = f(a[i], b?.[i], c?.[i]);
};

const spread = {}; // operation -> its function over lanes
const functionOf = (name) =>
  (spread[name] ??= OVER_LANES[name] ?? overLanes(OPERATIONS[name]));

export class Machine {
  constructor(program, lanes = 1) {
    this.lanes = lanes;
    this.registers = Array.from({ length: program.size }, () => new Float64Array(lanes));
    this.inputs = new Map(program.inputs);
    this.outputs = new Map(program.outputs);
    for (const [register, value] of program.constants)
      this.registers[register].fill(Number(String(value).replace("inf", "Infinity")));
    const of = (register) => this.registers[register];
    this.code = program.instructions.map(([target, name, a, b, c]) => [
      functionOf(name),
      ...[of(target), of(a), of(b), of(c)],
    ]);
  }

  // Give an input its number, or one number for each lane; what the program does not need is let be
  set(name, value) {
    const register = this.registers[this.inputs.get(name)];
    if (typeof value === "number" || typeof value === "boolean") register?.fill(Number(value));
    else register?.set(value);
  }

  run() {
    const { code, lanes } = this;
    for (let k = 0; k < code.length; k++) {
      const [f, out, a, b, c] = code[k];
      f(lanes, out, a, b, c);
    }
  }

  // What an output holds, one number for each lane; the next run overwrites it
  get(name) {
    return this.registers[this.outputs.get(name)];
  }
}
