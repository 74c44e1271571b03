// Lines of equal value over a grid, by marching squares.

// Corners of a cell are 1, 2, 4, 8 from the lower left one against the clock; its edges are
// 0 (lower), 1 (right), 2 (upper), 3 (left). For each set of corners above: pairs of crossed edges.
const CROSSED = [
  [], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [], [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], [], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], [],
]; // prettier-ignore
const SADDLES = {
  5: { above: [[3, 2], [1, 0]], below: [[3, 0], [1, 2]] },
  10: { above: [[0, 3], [2, 1]], below: [[0, 1], [2, 3]] },
}; // prettier-ignore

// Which corners of a cell lie above the level, as a sum of 1, 2, 4, 8
function cornersAbove([a, b, c, d], level) {
  return (a > level ? 1 : 0) + (b > level ? 2 : 0) + (c > level ? 4 : 0) + (d > level ? 8 : 0);
}

// The pairs of edges that a line of this level crosses in a cell
function crossings(corners, level) {
  const kind = cornersAbove(corners, level);
  if (!(kind in SADDLES)) return CROSSED[kind];
  const middle = corners.reduce((sum, value) => sum + value, 0) / 4;
  return SADDLES[kind][middle > level ? "above" : "below"];
}

// For each level: pairs of crossed edges, numbered over the grid (even: along a row, odd: upwards)
function piecesOfLevels(values, rows, columns, levels) {
  const pieces = levels.map(() => []);
  for (let i = 0; i + 1 < rows; i++)
    for (let j = 0; j + 1 < columns; j++) {
      const k = i * columns + j;
      const above = k + columns;
      const low = Math.min(values[k], values[k + 1], values[above], values[above + 1]);
      const high = Math.max(values[k], values[k + 1], values[above], values[above + 1]);
      const first = firstAbove(levels, low); // of a cell with nan no level is
      if (!(levels[first] < high)) continue;
      const corners = [values[k], values[k + 1], values[above + 1], values[above]];
      const edges = [2 * k, 2 * (k + 1) + 1, 2 * above, 2 * k + 1];
      for (let n = first; n < levels.length && levels[n] < high; n++)
        for (const [one, other] of crossings(corners, levels[n]))
          pieces[n].push(edges[one], edges[other]);
    }
  return pieces;
}

// Number of the first of the increasing levels that is at least a value
export function firstAbove(levels, value) {
  let [from, to] = [0, levels.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (levels[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

// Pieces joined end to end: lists of edges. `ends` has room for two pieces of each edge
function joinedPieces(pieces, ends) {
  for (const edge of pieces) ends[2 * edge] = ends[2 * edge + 1] = -1;
  pieces.forEach((edge, k) => (ends[2 * edge + (ends[2 * edge] < 0 ? 0 : 1)] = k >> 1));
  const isUsed = new Uint8Array(pieces.length / 2);
  const follow = (start) => {
    const line = [start];
    for (let edge = start; ;) {
      const [one, other] = [ends[2 * edge], ends[2 * edge + 1]];
      const k = one >= 0 && !isUsed[one] ? one : other;
      if (k < 0 || isUsed[k]) return line;
      isUsed[k] = 1;
      edge = pieces[2 * k] === edge ? pieces[2 * k + 1] : pieces[2 * k];
      line.push(edge);
    }
  };
  const lines = [];
  for (let k = 0; k < isUsed.length; k++) {
    if (isUsed[k]) continue;
    isUsed[k] = 1;
    const forwards = follow(pieces[2 * k + 1]);
    lines.push([...follow(pieces[2 * k]).reverse(), ...forwards]);
  }
  return lines;
}

// For each level a list of lines; a line is a list of [column, row], in fractions of a cell
export function contourLines({ values, rows, columns }, levels) {
  const place = (edge, level) => {
    const k = edge >> 1;
    const other = edge % 2 ? k + columns : k + 1;
    const share = (level - values[k]) / (values[other] - values[k]);
    const [column, row] = [k % columns, Math.floor(k / columns)];
    return edge % 2 ? [column, row + share] : [column + share, row];
  };
  const ends = new Int32Array(4 * rows * columns);
  return piecesOfLevels(values, rows, columns, levels).map((pieces, n) =>
    joinedPieces(pieces, ends).map((line) => line.map((edge) => place(edge, levels[n]))),
  );
}
