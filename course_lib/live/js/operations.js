// The rarer operations of recordings on single numbers, as numpy has them; truth is 1 or 0.

const { abs, ceil, floor } = Math;

function rint(a) {
  const down = floor(a);
  const rest = a - down;
  const rounded = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : ceil(a);
  return rounded === 0 && (a < 0 || Object.is(a, -0)) ? -0 : rounded;
}

// The sign is that of the divisor
function remainder(a, b) {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

function floorDivide(a, b) {
  if (b === 0) return a / b;
  const rest = a % b;
  const exact = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
  if (exact === 0) return copysign(0, a / b);
  const down = floor(exact);
  return exact - down > 0.5 ? down + 1 : down;
}

const copysign = (a, b) => (b < 0 || Object.is(b, -0) ? -abs(a) : abs(a));

const sign = (a) => (a > 0 ? 1 : a < 0 ? -1 : a === 0 ? 0 : NaN);

// 1 to any power is 1, also to nan; so is -1 to an infinite one
const power = (a, b) => (a === 1 || (a === -1 && abs(b) === Infinity) ? 1 : a ** b);

export const OPERATIONS = {
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  power,
  remainder,
  floor_divide: floorDivide,
  fmod: (a, b) => a % b,
  hypot: (a, b) => Math.hypot(a, b),
  arctan2: (a, b) => Math.atan2(a, b),
  copysign,
  sign,
  rint,
  floor,
  ceil,
  trunc: Math.trunc,
  cbrt: Math.cbrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: Math.atanh,
};
