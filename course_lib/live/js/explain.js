// The line that made a number, with its numbers in it, as `course_lib.recording.explanations`.

import { digits, general } from "./text.js";

// A hyperparameter in six digits: 0.9, 1e−8
const plainNumber = (value) =>
  general(value, 6).replace(/e([+-])0*/, (_, sign) => `e${sign === "-" ? "-" : ""}`).replaceAll("-", "−");

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
