/** The end of a switch over a union: compiles only while every kind has its case. */
export function unreachable(value: never): never {
  throw new TypeError(`Cannot handle the kind of ${JSON.stringify(value)}`);
}
