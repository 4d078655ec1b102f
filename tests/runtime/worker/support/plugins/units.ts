export function kelvin(celsius: number): number {
  if (celsius < -273.15) throw new RangeError("colder than cold");
  return celsius + 273.15;
}
