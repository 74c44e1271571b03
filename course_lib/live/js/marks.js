// The still lines and markers of a panel: minimizers, a limit, the best pair.

const TURN = Math.PI / 180;
const STAR = 0.381966; // inner corners of a star, in radii

// Corners of a marker of that radius, line by line
function outlinesOf(shape, radius) {
  if (shape === "x")
    return [
      [[-radius, -radius], [radius, radius]],
      [[-radius, radius], [radius, -radius]],
    ]; // prettier-ignore
  const isStar = shape === "*";
  const count = isStar ? 10 : 32;
  const corner = (_, k) => {
    const length = isStar && k % 2 ? STAR * radius : radius;
    const angle = ((360 * k) / count - 90) * TURN;
    return [length * Math.cos(angle), length * Math.sin(angle)];
  };
  const corners = Array.from({ length: count }, corner);
  return [[...corners, corners[0]]];
}

function strokeAll(context, outlines, { color, width }, pixel) {
  Object.assign(context, { strokeStyle: color, lineWidth: width * pixel });
  for (const corners of outlines) {
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(x, y);
    context.stroke();
  }
}

function paintMarker(context, [x, y], { shape, size, fill, edge }, halo, pixel) {
  const outlines = outlinesOf(shape, (size * pixel) / 2);
  const moved = outlines.map((corners) => corners.map(([a, b]) => [x + a, y + b]));
  Object.assign(context, { lineCap: "butt", lineJoin: shape === "*" ? "bevel" : "miter" });
  if (halo) strokeAll(context, moved, halo, pixel);
  if (shape !== "x") {
    context.beginPath();
    for (const [a, b] of moved[0]) context.lineTo(a, b);
    context.closePath();
    context.fillStyle = fill;
    context.fill();
  }
  strokeAll(context, moved, edge, pixel);
}

// The points of a line as pixels, one piece for each stretch without a gap
function stretchesOf({ points, across }, places) {
  const [left, , width] = places.box;
  const stretches = [[]];
  for (let k = 0; k + 1 < points.length; k += 2) {
    const x = across ? left + width * points[k] : places.x(points[k]);
    const y = places.y(points[k + 1]);
    if (Number.isFinite(x) && Number.isFinite(y)) stretches.at(-1).push([x, y]);
    else if (stretches.at(-1).length) stretches.push([]);
  }
  return stretches;
}

function paintLine({ context, places, pixel }, look) {
  const { line, halo, dash, marker, clipped } = look;
  const stretches = stretchesOf(look, places);
  context.save();
  if (clipped) {
    context.beginPath();
    context.rect(...places.box);
    context.clip();
  }
  if (line) {
    Object.assign(context, { lineJoin: "round", lineCap: dash.length ? "butt" : "square" });
    if (halo) strokeAll(context, stretches, halo, pixel);
    context.setLineDash(dash.map((length) => length * pixel));
    strokeAll(context, stretches, line, pixel);
    context.setLineDash([]);
  }
  for (const place of marker ? stretches.flat() : [])
    paintMarker(context, place, marker, halo, pixel);
  context.restore();
}

// Draw the lines of a panel; `drawing` is that of paintAxes
export function paintLines(drawing) {
  for (const look of drawing.panel.lines) paintLine(drawing, look);
}
