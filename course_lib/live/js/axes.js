// 2-D axes: from data to pixels.

const scaled = (value, scale) => (scale === "log" ? Math.log10(value) : value);

export function project({ limits, scales = ["linear", "linear"] }, [left, top, width, height]) {
  const along = (low, high, scale) => {
    const [a, b] = [scaled(low, scale), scaled(high, scale)];
    return (value) => (scaled(value, scale) - a) / (b - a);
  };
  const [across, up] = [along(limits[0], limits[1], scales[0]), along(limits[2], limits[3], scales[1])];
  return { x: (value) => left + width * across(value), y: (value) => top + height * (1 - up(value)) };
}

export function paintAxes() {}
