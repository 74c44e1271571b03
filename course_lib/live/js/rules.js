// What a control refuses, in the words that Python has for it (`utils.validation`).

import { general, placed } from "./text.js";

const NUMBER = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i;
const SPACE = String.raw`([^\S\ufeff]|\x85)+`;
const AROUND = new RegExp(`^${SPACE}|${SPACE}$`, "g"); // what Python leaves out
const LARGEST_INT = 1e15; // typed whole numbers below are whole for Python as well

// A value that is not allowed, in words; name is that of the control
export class Refused extends Error {
  constructor(text, name = "") {
    super(text);
    Object.assign(this, { text, name });
  }
}

// All values of the controls, each by its rule
export function readValues(specs, chosen) {
  for (const { name } of specs)
    if (chosen[name] === undefined) throw refusal(name, "have a value", "none", "press reset");
  return Object.fromEntries(specs.map((spec) => [spec.name, checked(spec, chosen[spec.name])]));
}

// The value of one control, as Python would compute with it
export function checked(spec, value) {
  const { name, rule, choices, kind } = spec;
  if (!rule) {
    const known = kind === "toggle" ? [true, false] : choices;
    if (kind === "toggle" && (value === 0 || value === 1)) return Boolean(value);
    if (known.includes(value)) return value;
    throw refusal(name, `be one of ${listed(known.map(chosenText))}`, shown(value));
  }
  const number = typed(value);
  if (typeof number === "number" && isAllowed(rule, number)) return number;
  throw refusal(name, rule.text, shown(number), `${name}=${rule.example}`);
}

function refusal(name, rule, got, example) {
  const hint = example ? ` For example ${example}.` : "";
  return new Refused(`${name} must ${rule}, got ${got}.${hint}`, name);
}

function isAllowed({ low, high, without_low, without_high, whole }, value) {
  if (!Number.isFinite(value) || (whole && !isWhole(value))) return false;
  const isAbove = without_low ? value > low : value >= (low ?? -Infinity);
  return isAbove && (without_high ? value < high : value <= (high ?? Infinity));
}

const isWhole = (value) => Number.isInteger(value) && Math.abs(value) < LARGEST_INT;

// Typed text as the number that it says; all else as it is; -0 is 0
export function typed(value) {
  if (typeof value !== "string") return value === 0 ? 0 : value;
  const text = inAscii(value.replace(AROUND, ""));
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text[0] === "-" ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return NaN;
  return NUMBER.test(text) ? Number(text.replaceAll("_", "")) || 0 : value;
}

// Digits of other scripts are digits for Python: each script has ten, one after the other
function inAscii(text) {
  const digitOf = (character) => {
    const code = character.codePointAt(0);
    let before = 0;
    while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
    return before % 10;
  };
  return text.replace(/(?![0-9])\p{Nd}/gu, digitOf);
}

// What came, as Python would write it

const chosenText = (value) => (typeof value === "string" ? value : shown(value));
const listed = (names) => names.join(names.some((name) => name.includes(",")) ? "; " : ", ");

function shown(value) {
  const characters = [...represented(value)];
  return characters.length <= 60 ? characters.join("") : `${characters.slice(0, 57).join("")}...`;
}

function represented(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "number") return quoted(String(value));
  if (!Number.isFinite(value) || isWhole(value)) return general(value, 17);
  const [mantissa, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) return withPoint(placed(mantissa, exponent));
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const withPoint = (text) => (text.includes(".") ? text : `${text}.0`);

function quoted(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\'"\p{C}\p{Z}]/gu, (character) => escaped(character, mark));
  return mark + inside + mark;
}

// What has no shape of its own is written as its number
function escaped(character, mark) {
  if (character === mark || character === "\\") return `\\${character}`;
  if (`'" `.includes(character)) return character;
  const code = character.codePointAt(0);
  const [letter, digits] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : ["U", 8];
  const number = `\\${letter}${code.toString(16).padStart(digits, "0")}`;
  return { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character] ?? number;
}
