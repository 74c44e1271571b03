// Numbers as Python writes them.

const special = (value) => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

// JavaScript rounds a tie up, Python to the even digit; `exact` has the digits behind as well
function evenTie(text, exact) {
  const kept = exact.slice(0, text.length);
  const rest = exact.slice(text.length).replace(".", "");
  return /^50*$/.test(rest) && Number(kept.at(-1)) % 2 === 0 ? kept : text;
}

// "%.{digits}e" as its mantissa and its exponent
function exponential(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  const [exact, same] = value.toExponential(100).split("e");
  return [exponent === same ? evenTie(mantissa, exact) : mantissa, Number(exponent)];
}

// "%.{digits}f"
export function fixed(value, digits) {
  if (!Number.isFinite(value)) return special(value);
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${digits ? `.${"0".repeat(digits)}` : ""}`;
  const text = evenTie(value.toFixed(digits), value.toFixed(100));
  return Object.is(value, -0) && !text.startsWith("-") ? `-${text}` : text;
}

// "%.{digits}g"
export function general(value, digits) {
  if (!Number.isFinite(value)) return special(value);
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponent] = exponential(value, digits - 1);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent < -4 || exponent >= digits) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${short(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  return short(placed(mantissa, exponent));
}

// Digits d.ddd and an exponent as a number without one
export function placed(mantissa, exponent) {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return `${sign}${whole}${rest && `.${rest}`}`;
}

// A number of the table of states in four digits, as `course_lib.utils.text.digits`
export function digits(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : "−∞";
  const [mantissa, exponent] = exponential(value, 3);
  const isLong = exponent > 3 || (value && Math.abs(value) < 1e-3);
  return isLong ? signed(`${mantissa}e${exponent}`) : signed(placed(mantissa, exponent));
}

const signed = (text) => text.replaceAll("-", "−");

// The number that a text of these functions says
export const numberOf = (text) => Number(text.replace("inf", "Infinity"));

// A number in few characters: 0.62, 22, 2.5e3, 1.8e5, as `course_lib.utils.text.short`
export function short(value, digits = 2) {
  const rounded = numberOf(general(value, digits));
  const size = Math.abs(rounded);
  if (!rounded || (size >= 1e-3 && size < 1e4) || !Number.isFinite(rounded))
    return general(rounded, Math.max(digits, 6));
  const [mantissa, exponent] = exponential(value, digits - 1);
  return `${mantissa}e${exponent}`;
}

// A part of a whole in whole percent, as `course_lib.utils.text.share`
export function share(count, total) {
  const percent = Math.floor((100 * count) / total + 0.5);
  if (percent === 0 && count) return "less than 1 %";
  return percent === 100 && count < total ? "more than 99 %" : `${percent} %`;
}

// A coordinate, as `course_lib.utils.text.place`
export const place = (value) => (Math.abs(value) < 1e5 ? fixed(value, 2) : short(value));

// A template with its places filled: "{n} steps"
export const filled = (template, parts) => template.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
