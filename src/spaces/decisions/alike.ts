/** Whether two values say the same: numbers, texts, lists and objects field by field, code by identity. */
export function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a, b] as Readonly<Record<string, unknown>>[];
  const names = Object.keys(left).filter(name => left[name] !== undefined);
  const others = Object.keys(right).filter(name => right[name] !== undefined);
  return names.length === others.length && names.every(name => alike(left[name], right[name]));
}
