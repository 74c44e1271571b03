// An array machine: it computes recordings, lists of instructions over registers. A register holds
// one number for each lane: one lane for a path, 4,096 lanes for a map. Nothing is evaluated as
// code.

import { OPERATIONS } from "./operations.js";

// The commonest operations, spelled out in `execute` under these numbers; a call takes longer
const ARITHMETIC = ["add", "subtract", "multiply", "divide", "negative", "absolute", "sqrt"];
const COMPARISONS = ["greater", "greater_equal", "less", "less_equal", "equal", "not_equal"];
const NAMES = [...ARITHMETIC, "where", ...COMPARISONS, "power", ...Object.keys(OPERATIONS)];
const FUNCTIONS = NAMES.map((name) => OPERATIONS[name]);
const WIDTH = 5; // of an instruction: operation, target, and up to three sources

export class Machine {
  constructor(program, lanes = 1) {
    this.lanes = lanes;
    this.memory = new Float64Array(program.size * lanes);
    this.inputs = new Map(program.inputs);
    this.outputs = new Map(program.outputs);
    this.code = encoded(program.instructions, lanes);
    for (const [index, value] of program.constants) this.register(index).fill(constantOf(value));
  }

  // The numbers of a register, one for each lane; the next run writes over them
  register(index) {
    return this.memory.subarray(index * this.lanes, (index + 1) * this.lanes);
  }

  // Give an input its number, or one for each lane; what the program does not use is ignored
  set(name, value) {
    if (!this.inputs.has(name)) return;
    const register = this.register(this.inputs.get(name));
    if (typeof value === "object") register.set(value);
    else register.fill(Number(value));
  }

  run() {
    execute(this.code, this.memory, this.lanes);
  }

  // The numbers of an output, one for each lane
  get(name) {
    return this.register(this.outputs.get(name));
  }
}

const constantOf = (value) => Number(`${value}`.replace("inf", "Infinity"));

// Instructions as whole numbers; a register is the place in memory where its first lane is
function encoded(instructions, lanes) {
  const code = new Int32Array(WIDTH * instructions.length);
  instructions.forEach(([target, name, ...sources], k) => {
    const operation = NAMES.indexOf(name);
    if (operation < 0) throw new Error(`the machine has no operation ${name}`);
    const places = [target, ...sources].map((register) => register * lanes);
    code.set([operation, ...places], WIDTH * k);
  });
  return code;
}

// prettier-ignore
function execute(code, memory, n) {
  const m = memory;
  for (let k = 0; k < code.length; k += WIDTH) {
    const [out, a, b, c] = [code[k + 1], code[k + 2], code[k + 3], code[k + 4]];
    switch (code[k]) {
      case 0: for (let i = 0; i < n; i++) m[out + i] = m[a + i] + m[b + i]; break;
      case 1: for (let i = 0; i < n; i++) m[out + i] = m[a + i] - m[b + i]; break;
      case 2: for (let i = 0; i < n; i++) m[out + i] = m[a + i] * m[b + i]; break;
      case 3: for (let i = 0; i < n; i++) m[out + i] = m[a + i] / m[b + i]; break;
      case 4: for (let i = 0; i < n; i++) m[out + i] = -m[a + i]; break;
      case 5: for (let i = 0; i < n; i++) m[out + i] = Math.abs(m[a + i]); break;
      case 6: for (let i = 0; i < n; i++) m[out + i] = Math.sqrt(m[a + i]); break;
      case 7: for (let i = 0; i < n; i++) m[out + i] = m[a + i] !== 0 ? m[b + i] : m[c + i]; break;
      case 8: for (let i = 0; i < n; i++) m[out + i] = +(m[a + i] > m[b + i]); break;
      case 9: for (let i = 0; i < n; i++) m[out + i] = +(m[a + i] >= m[b + i]); break;
      case 10: for (let i = 0; i < n; i++) m[out + i] = +(m[a + i] < m[b + i]); break;
      case 11: for (let i = 0; i < n; i++) m[out + i] = +(m[a + i] <= m[b + i]); break;
      case 12: for (let i = 0; i < n; i++) m[out + i] = +(m[a + i] === m[b + i]); break;
      case 13: for (let i = 0; i < n; i++) m[out + i] = +(m[a + i] !== m[b + i]); break;
      case 14: executePower(m, out, a, b, n); break;
      default: {
        const f = FUNCTIONS[code[k]];
        for (let i = 0; i < n; i++) m[out + i] = f(m[a + i], m[b + i]);
      }
    }
  }
}

// A power takes as long as ten products, and in many maps neighbouring lanes have the same ones
function executePower(m, out, a, b, n) {
  let [base, exponent, value] = [NaN, NaN, NaN];
  for (let i = 0; i < n; i++) {
    if (m[a + i] !== base || m[b + i] !== exponent || base === 0) {
      [base, exponent] = [m[a + i], m[b + i]];
      value = OPERATIONS.power(base, exponent);
    }
    m[out + i] = value;
  }
}
