/** Milliseconds in the unit that fits, with three digits: "1.23 ms", "2 min 5 s". */
export function duration(milliseconds: number): string {
  if (milliseconds >= 60_000) {
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  const [unit, size] = UNITS.find(([, each]) => milliseconds >= each) ?? (["ns", 1e-6] as const);
  return `${(milliseconds / size).toLocaleString("en", { maximumSignificantDigits: 3 })} ${unit}`;
}

const UNITS = [
  ["s", 1e3],
  ["ms", 1],
  ["µs", 1e-3],
] as const;
