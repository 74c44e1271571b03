// Fewer points for a long line: it lies on a few hundred pixels, and drawing 100,000 points takes
// a browser minutes.

const LONG = 2000; // points; a shorter line keeps all of them
const CELLS = 2; // per pixel; what lies in one cell looks the same
export const LIFT = -1; // in place of a number: the line breaks off

// The numbers of the points that a line needs, LIFT where it breaks off
export function neededPoints(points, n) {
  const numbers = [];
  for (let k = 0; k < n; k++) {
    const isPoint = Number.isFinite(points[2 * k]) && Number.isFinite(points[2 * k + 1]);
    if (isPoint) numbers.push(k);
    else if (numbers.length && numbers.at(-1) !== LIFT) numbers.push(LIFT);
  }
  if (n <= LONG) return numbers;
  return withoutRepeats(points, endsOfColumns(points, numbers));
}

const cell = (coordinate) => Math.round(CELLS * coordinate);

// Of the points that follow each other in one column: first, lowest, highest and last
function endsOfColumns(points, numbers) {
  const kept = [];
  for (let from = 0, to; from < numbers.length; from = to) {
    const y = (i) => points[2 * numbers[i] + 1];
    const column = (i) => (numbers[i] === LIFT ? NaN : cell(points[2 * numbers[i]]));
    let [low, high] = [from, from];
    for (to = from + 1; to < numbers.length && column(to) === column(from); to++) {
      if (y(to) < y(low)) low = to;
      if (y(to) > y(high)) high = to;
    }
    const ends = [from, Math.min(low, high), Math.max(low, high), to - 1];
    for (const i of new Set(ends)) kept.push(numbers[i]);
  }
  return kept;
}

// A stretch between two cells that has been drawn once need not be drawn again
function withoutRepeats(points, numbers) {
  const place = (k) => `${cell(points[2 * k])} ${cell(points[2 * k + 1])}`;
  const [kept, drawn] = [[], new Set()];
  for (let i = 1; i < numbers.length; i++) {
    const [before, now] = [numbers[i - 1], numbers[i]];
    if (before === LIFT || now === LIFT) continue;
    const stretch = [place(before), place(now)].sort().join();
    if (drawn.has(stretch)) continue;
    drawn.add(stretch);
    if (kept.at(-1) !== before) kept.push(...(kept.length ? [LIFT, before] : [before]));
    kept.push(now);
  }
  return kept;
}

// A line up to the step that is shown, and on from there
export function splitAt(numbers, now) {
  let i = 0;
  while (i < numbers.length && numbers[i] <= now) i++;
  const [past, future] = [numbers.slice(0, i), numbers.slice(i)];
  if (i && past.at(-1) !== LIFT) {
    if (past.at(-1) !== now) past.push(now);
    future.unshift(now);
  }
  return [past, future];
}
