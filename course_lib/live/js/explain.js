// The line that made a number, with its numbers in it, as `course_lib.recording.explanations`.

// A number of the table in four digits
export function digits(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : value.toPrecision(4);
  return withSigns(text);
}

// A hyperparameter in six digits
const plainNumber = (value) => {
  const size = Math.abs(value);
  const text = Number(value.toPrecision(6));
  const isLong = size && (size < 1e-4 || size >= 999999.5);
  return withSigns(isLong ? text.toExponential() : String(text));
};

const withSigns = (text) => text.replace("-", "−").replace("e-", "e−").replace("e+", "e");

const sameIn = (one, other) => one.length === other?.length && one.every((r, k) => r === other[k]);

// What made the variable `name`; `valueOf` gives the value of a register. Nothing where no line does
export function explained({ names, lines }, name, valueOf, coordinate) {
  const final = names.find(([known]) => known === name)?.[1];
  const line = lines.findLast((one) => one.name === name && sameIn(one.result, final));
  if (!line) return undefined;
  const numbers = line.parts.map((part, k) => partInNumbers(line.parts, k, valueOf, coordinate)).join("");
  const result = inNumbers(final, valueOf, coordinate);
  return `${line.source} = ${numbers}${numbers === result ? "" : ` = ${result}`}`;
}

function inNumbers(part, valueOf, coordinate) {
  const value = valueOf(part[coordinate]);
  const isScalar = part.length > 1 && part.every((register) => register === part[0]);
  return isScalar ? plainNumber(value) : digits(value);
}

// A negative number after a sign, or before a power, is in brackets
function partInNumbers(parts, k, valueOf, coordinate) {
  if (typeof parts[k] === "string") return parts[k];
  const text = inNumbers(parts[k], valueOf, coordinate);
  if (!text.startsWith("−")) return text;
  const follows = k > 0 && !parts[k - 1].endsWith("(");
  const isPower = /^[²^]/.test(parts[k + 1] ?? "");
  return follows || isPower ? `(${text})` : text;
}
