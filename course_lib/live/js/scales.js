// The scales of a slider: from a share of its length to a value, and back.

const rounded = (value, digits = 3) => Number(value.toPrecision(digits));
const linearShare = (value, { low, high }) => (value - low) / (high - low);

export const SCALES = {
  linear: {
    value: (share, { low, high }) => rounded(low + share * (high - low), 4),
    share: linearShare,
  },
  integer: {
    value: (share, { low, high }) => Math.round(low + share * (high - low)),
    share: linearShare,
  },
  log: {
    value: (share, { low, high }) => rounded(low * (high / low) ** share),
    share: (value, { low, high }) => Math.log(value / low) / Math.log(high / low),
  },
  // rates of decay: 0, 0.9, 0.99 and 0.999 are equally far apart
  decay: {
    value: (share, { high }) => Number((1 - rounded((1 - high) ** share)).toFixed(7)),
    share: (value, { high }) => Math.log(1 - value) / Math.log(1 - high),
  },
};

// A number as its field shows it; text that was typed stays
export const written = (value) =>
  typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
