// Where data lies on the screen: the box of a panel, its scales, and the pixels of the screen.

const LOG_10 = Math.log(10);
const LINEAR_PART = 1 / (1 - 1 / 10); // decades that each half of a symlog scale's middle takes

// A scale as a function that grows evenly on the screen, and its inverse
function evenlyOn(scale) {
  if (scale === "log") return { even: Math.log, back: Math.exp };
  if (scale === "linear") return { even: (x) => x, back: (x) => x };
  const { symlog } = scale;
  const bend = symlog * LINEAR_PART;
  return {
    even: (x) => {
      const size = Math.abs(x);
      if (size <= symlog) return x * LINEAR_PART;
      return Math.sign(x) * symlog * (LINEAR_PART + Math.log(size / symlog) / LOG_10);
    },
    back: (y) => {
      const size = Math.abs(y);
      if (size <= bend) return y / LINEAR_PART;
      return Math.sign(y) * symlog * 10 ** (size / symlog - LINEAR_PART);
    },
  };
}

// Left, top, width and height in CSS pixels; an equal aspect decides the shape within the place
export function frameOf({ size: [width, height], box, place, equal, limits }) {
  const [x, y, w, h] = equal ? place : box;
  const [left, top, wide, tall] = [x * width, y * height, w * width, h * height];
  if (!equal) return [left, top, wide, tall];
  const unit = Math.min(wide / (limits[1] - limits[0]), tall / (limits[3] - limits[2]));
  const across = unit * (limits[1] - limits[0]);
  const up = unit * (limits[3] - limits[2]);
  return [left + (wide - across) / 2, top + (tall - up) / 2, across, up];
}

// From a value to its share of an axis, and back
export function sharesOf(scale, low, high) {
  const { even, back } = evenlyOn(scale);
  const [from, to] = [even(low), even(high)];
  return {
    share: (value) => (even(value) - from) / (to - from),
    value: (share) => back(from + share * (to - from)),
  };
}

// From data to pixels of the figure, and from pixels to data
export function project(panel) {
  const [left, top, width, height] = frameOf(panel);
  const [x0, x1, y0, y1] = panel.limits;
  const across = sharesOf(panel.x.scale, x0, x1);
  const up = sharesOf(panel.y.scale, y0, y1);
  return {
    box: [left, top, width, height],
    x: (value) => left + width * across.share(value),
    y: (value) => top + height * (1 - up.share(value)),
    xAt: (pixel) => across.value((pixel - left) / width),
    yAt: (pixel) => up.value(1 - (pixel - top) / height),
  };
}

// Where a straight line of that width, across or up, is sharp: matplotlib's rule
export function crisp(context, value, width) {
  const { a: ratio } = context.getTransform();
  const half = Math.round(width * ratio) % 2 ? 0.5 : 0;
  return (Math.floor(value * ratio + 0.5) + half) / ratio;
}
