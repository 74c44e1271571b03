export class Refused extends Error {
  constructor(text, name = "") {
    super(text);
    Object.assign(this, { text, name });
  }
}
export const readValues = (specs, chosen) => chosen;
