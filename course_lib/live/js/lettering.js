// Text on a canvas at the places where matplotlib would put it.

export const POINT = 100 / 72; // CSS pixels of a figure's point at scale 1
const FONT_FAMILY = '"DejaVu Sans", Verdana, sans-serif';
const ASCENT = 0.76; // of a line, in font sizes
const DESCENT = 0.24;
const LINE_PITCH = 1.2; // from one line to the next
const SCRIPT = 0.7; // size of an exponent or an index
const RAISED = 0.41;
const LOWERED = 0.15;
const AFTER_SCRIPT = 0.03;
const SMALL_ABOVE = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
const SMALL_BELOW = "₀₁₂₃₄₅₆₇₈₉";
const SMALL_AS_PLAIN = "0123456789−";

const SCRIPTS = new RegExp(
  `[${SMALL_ABOVE}]+|[${SMALL_BELOW}]+|[A-Za-z]+|[^${SMALL_ABOVE}${SMALL_BELOW}A-Za-z]+`,
  "g",
);

// The pieces of a line: of a formula the letters are slanted, exponents and indices small
export function piecesOf(line, math) {
  if (!math) return [{ text: line, size: 1, shift: 0, gap: 0, slant: "" }];
  return (line.match(SCRIPTS) ?? []).map((text) => {
    const script = [SMALL_ABOVE, SMALL_BELOW].find((letters) => letters.includes(text[0]));
    const slant = /[A-Za-z]/.test(text) ? "italic " : "";
    if (!script) return { text, size: 1, shift: 0, gap: 0, slant };
    const digits = Array.from(text, (letter) => SMALL_AS_PLAIN[script.indexOf(letter)]).join("");
    const shift = script === SMALL_ABOVE ? -RAISED : LOWERED;
    return { text: digits, size: SCRIPT, shift, gap: AFTER_SCRIPT, slant: "" };
  });
}

const ascentOf = (pieces) =>
  Math.max(ASCENT, ...pieces.map(({ size, shift }) => ASCENT * size - shift));

// From the place of a text to the baseline of its first line, in font sizes
function dropOf(lines, place) {
  const ascent = ascentOf(lines[0]);
  const rest = LINE_PITCH * (lines.length - 1);
  return {
    top: ascent,
    center: (ascent - DESCENT - rest) / 2,
    "center baseline": (ascent - rest) / 2,
    baseline: -rest,
    bottom: -DESCENT - rest,
  }[place];
}

// Width of a piece; sets its font
function widthOfPiece(context, { text, size, gap, slant }, fontSize) {
  context.font = `${slant}${size * fontSize}px ${FONT_FAMILY}`;
  return context.measureText(text).width + gap * fontSize;
}

const widthOf = (context, pieces, size) =>
  pieces.reduce((width, piece) => width + widthOfPiece(context, piece, size), 0);

// Width of a text in pixels
export const measured = (context, text, size, math = false) =>
  Math.max(...text.split("\n").map((line) => widthOf(context, piecesOf(line, math), size)));

function writeLine(context, pieces, [from, baseline], size) {
  let x = from;
  for (const piece of pieces) {
    const width = widthOfPiece(context, piece, size);
    context.fillText(piece.text, x, baseline + piece.shift * size);
    x += width;
  }
}

// The nearest place at which upright letters are sharp
function onPixels(context, [x, y]) {
  const { a, d, e, f } = context.getTransform();
  return [(Math.round(x * a + e) - e) / a, (Math.round(y * d + f) - f) / d];
}

// Write a text; `size` in pixels, `angle` in degrees against the clock around the place
export function write(context, text, [x, y], options) {
  const { size, color, align = "center", place = "baseline", angle = 0, math = false } = options;
  const lines = text.split("\n").map((line) => piecesOf(line, math));
  const drop = dropOf(lines, place) * size;
  context.save();
  Object.assign(context, { fillStyle: color, textAlign: "left", textBaseline: "alphabetic" });
  if (angle) {
    context.translate(x, y);
    context.rotate((-angle * Math.PI) / 180);
  }
  lines.forEach((pieces, k) => {
    const shift = { left: 0, center: 0.5, right: 1 }[align] * widthOf(context, pieces, size);
    const [left, baseline] = [-shift, drop + k * LINE_PITCH * size];
    const from = angle ? [left, baseline] : onPixels(context, [x + left, y + baseline]);
    writeLine(context, pieces, from, size);
  });
  context.restore();
}
