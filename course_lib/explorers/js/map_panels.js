// The map of an optimizer's runs, and the scale of its colours, as panels to be painted.

import { short } from "../../live/js/text.js";
import { LARGEST } from "./figure_parts.js";

const LEAST = 1e-12; // f - minimum; smaller values have the same colour

// The number of each cell that its colour shows: nan where it diverged, infinity where there is none
function shownNumbers(colour, { steps, final, nearest, diverged, minimum }) {
  const of = {
    steps: (k) => steps[k],
    "final f": (k) => Math.max(final[k] - minimum, LEAST),
    minimizer: (k) => (Number.isFinite(steps[k]) ? nearest[k] : Infinity),
  }[colour];
  return steps.map((_, k) => (diverged[k] ? NaN : of(k)));
}

// Ends of the colour scale, at least a factor 2 apart
function endsOf(values) {
  const found = values.filter((value) => Number.isFinite(value) && value > 0);
  const limited = found.map((value) => Math.min(value, LARGEST));
  if (!limited.length) return [1, 10];
  const [low, high] = [
    limited.reduce((a, b) => Math.min(a, b)),
    limited.reduce((a, b) => Math.max(a, b)),
  ];
  return [Math.min(low, high / 2), high];
}

// How a map is coloured: the numbers of its cells, the ends of their scale, the colours
function colouring({ recorded, colour, ground, numbers }) {
  const values = shownNumbers(colour, numbers);
  const count = ground.minimizers.length;
  if (colour === "minimizer")
    return { values, ends: [-0.5, count - 0.5], log: false, colours: recorded.colours.minimizers.slice(0, count) }; // prettier-ignore
  return { values, ends: endsOf(values), log: true, colours: recorded.colours.map };
}

export function mapPanel(look, grids, of) {
  const [first, second] = grids;
  const [columns, rows] = [first.values.length, second?.values.length ?? 1];
  return {
    of,
    limits: [-0.5, columns - 0.5, -0.5, rows - 0.5],
    paint: (panel) => {
      const { values, ...scale } = colouring(look);
      const { colours } = look.recorded;
      // the first axis of the map runs to the right, so a column of cells is a row of numbers
      const turned = Float64Array.from(values, (_, i) => values[(i % columns) * rows + Math.floor(i / columns)]); // prettier-ignore
      const along = (n) => Float64Array.from({ length: n }, (_, k) => k);
      const field = { kind: "map", values: turned, x: along(columns), y: along(rows), ...scale };
      const [i, j] = look.numbers.best;
      return {
        ...{ xticks: first.ticks, yticks: second?.ticks ?? [] },
        ...{ xlabel: first.name, ylabel: second?.name ?? "" },
        field: { ...field, bad: colours.diverged, infinite: colours["not converged"] },
        lines: panel.lines.map((line) =>
          line.label === "best cell" ? { ...line, points: [i, j] } : line,
        ),
      };
    },
  };
}

// The scale of the colours beside the map
export function scalePanel(look) {
  const { ends, log, colours } = colouring(look);
  const { minimizers } = look.ground;
  const marks = Array.from({ length: 5 }, (_, k) => ends[0] * (ends[1] / ends[0]) ** (k / 4));
  const named = minimizers.map((point, k) => [k, point.map((value) => short(value)).join(", ")]);
  return {
    limits: [0, 1, ...ends],
    of: log ? look.colour : `${look.colour} ${look.ground.name}`,
    paint: () => ({
      scales: ["linear", log ? "log" : "linear"],
      yticks: log ? marks.map((mark) => [mark, short(mark)]) : named,
      ylabel: log ? look.recorded.words[look.colour] : "", // the names of minimizers are long
      field: { kind: "bar", colours },
    }),
  };
}
