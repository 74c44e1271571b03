export const project3 = () => () => [0, 0];

export function paintSolid() {}
