// The camera of matplotlib's 3-D axes: from a point of the data to a pixel, for any view.

const inRadians = (degrees) => (degrees * Math.PI) / 180;
const dotProduct = ([a, b, c], [x, y, z]) => a * x + b * y + c * z;
const unitVector = (vector) => vector.map((x) => x / Math.hypot(...vector));

// Unit vectors to the right of the screen, to its top and out of it
function viewAxes({ aspect, distance }, { elev, azim }) {
  const [up, around] = [inRadians(elev), inRadians(azim)];
  const side = Math.cos(up) < 0 ? -1 : 1; // beyond the pole the box stands on its head
  const eye = [Math.cos(up) * Math.cos(around), Math.cos(up) * Math.sin(around), Math.sin(up)];
  // to the middle of the box and back: this rounding decides what is to the right at the pole
  const rounded = eye.map((share, k) => aspect[k] / 2 + distance * share - aspect[k] / 2);
  const out = unitVector(rounded);
  const right = unitVector([-side * out[1], side * out[0], 0]);
  const top = [
    out[1] * right[2] - out[2] * right[1],
    out[2] * right[0] - out[0] * right[2],
    out[0] * right[1] - out[1] * right[0],
  ];
  return { right, top, out };
}

// A function from x, y, z to [x, y, depth], the pixels from the upper left corner.
// `box` is the square of the axes: left, top, width, height; depth grows away from the eye.
export function project3(solid, view, box) {
  const { limits, aspect, distance, focal, window } = solid;
  const { right, top, out } = viewAxes(solid, view);
  const spans = aspect.map((share, k) => share / (limits[2 * k + 1] - limits[2 * k]));
  const xScale = box[2] / (window[1] - window[0]);
  const yScale = box[3] / (window[3] - window[2]);
  return (...point) => {
    const from = point.map((value, k) => (value - limits[2 * k]) * spans[k] - aspect[k] / 2);
    const behind = distance * focal - dotProduct(out, from);
    const x = (focal * dotProduct(right, from)) / behind;
    const y = (focal * dotProduct(top, from)) / behind;
    return [
      box[0] + (x - window[0]) * xScale,
      box[1] + (window[3] - y) * yScale,
      -distance / behind,
    ];
  };
}
