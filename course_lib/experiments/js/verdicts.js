export const describeRun = (words, name, run) => name;
