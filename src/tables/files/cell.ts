/** What the text of a cell says: a number, a truth value, nothing, or itself. */

export interface CellOptions {
  /** What separates the fraction: `.`, or `,` as in much of Europe. */
  readonly decimal: "." | ",";
  /** What separates groups of three digits, if anything is known of it. */
  readonly thousands: string | undefined;
  /** What is written where there is no value. */
  readonly missing: ReadonlySet<string>;
  /** Whether a plain number, such as `-1` or `0.5`, is nothing else. */
  readonly isPlain: boolean;
}

/** What pandas and R write for a missing value, or read as one. */
export const MISSING: readonly string[] = [
  ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA"],
  ["NULL", "NaN", "NAN", "-NaN", "None", "n/a", "nan", "-nan", "null"],
].flat();

/** How cells are written if nothing else is said. */
export const USUAL: CellOptions = {
  decimal: ".",
  thousands: undefined,
  missing: new Set(MISSING),
  isPlain: true,
};

/**
 * - `number`: a plain one, with its value; also infinite
 * - `grouped`: one with separators of thousands, `percent`: one with a per cent sign
 * - `truth`: true or false, 1 or 0
 * - `long`: one with more digits before its point than a number keeps, `padded`: one with zeros before it, which would go lost
 * - `missing`, and `text`: anything else
 */
export type CellKind = "number" | "grouped" | "percent" | "truth" | "long" | "padded" | "missing" | "text";

export interface Cell {
  readonly kind: CellKind;
  readonly value: number;
}

/** Most numbers: nothing else can be meant. */
const FRACTION = /^-?(?:0|[1-9]\d{0,14})\.\d+$/;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const TRUTH = /^(?:true|false)$/i;
const NOTHING: Cell = { kind: "missing", value: Number.NaN };
const TEXT: Cell = { kind: "text", value: Number.NaN };

/** What a cell says; spaces around it do not count. */
export function readCell(text: string, options: CellOptions): Cell {
  if (options.isPlain && FRACTION.test(text)) return { kind: "number", value: Number(text) };
  if (options.missing.has(text)) return NOTHING;
  const said = text.trim();
  if (options.missing.has(said)) return NOTHING;
  if (INFINITE.test(said)) {
    return {
      kind: "number",
      value: said.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
    };
  }
  if (TRUTH.test(said)) return { kind: "truth", value: said.toLowerCase() === "true" ? 1 : 0 };
  if (said.endsWith("%")) {
    const cell = readNumber(said.slice(0, -1).trimEnd(), options);
    return cell.kind === "number" ? { kind: "percent", value: cell.value } : TEXT;
  }
  return readNumber(said, options);
}

function readNumber(said: string, { decimal, thousands }: CellOptions): Cell {
  const separator = thousands ?? (decimal === "." ? "," : undefined);
  const whole = separator === undefined ? undefined : withoutGroups(said, separator, decimal);
  const joined = whole ?? said;
  if (decimal === "," && joined.includes(".")) return TEXT;
  const plain = decimal === "," ? joined.replace(",", ".") : joined;
  if (!PLAIN.test(plain)) return TEXT;
  if (/^[+-]?0\d/.test(plain)) return { kind: "padded", value: Number(plain) };
  const value = Number(plain);
  if (!Number.isFinite(value)) return TEXT;
  if (isLossy(plain, value)) return { kind: "long", value };
  return { kind: whole === undefined ? "number" : "grouped", value };
}

/**
 * Whether the digits before the point say more than the number that they become; above 2⁵³ those behind it are lost
 * as well. Below, a fraction is rounded to the nearest number, as all are.
 */
export function isLossy(digits: string, value: number): boolean {
  if (!(Math.abs(value) >= 2 ** 53) || !/^[+-]?\d+(?:\.\d*)?$/.test(digits)) return false;
  if (!Number.isFinite(value)) return true;
  const plain = digits.replace("+", "").replace(/\.0*$/, "");
  if (plain.includes(".")) return true;
  return String(value) !== plain && BigInt(value) !== BigInt(plain);
}

/** The digits without their separators, if these come before groups of three, as they should. */
function withoutGroups(said: string, separator: string, decimal: string): string | undefined {
  if (!said.includes(separator)) return undefined;
  const at = said.indexOf(decimal);
  const [whole, fraction] = at < 0 ? [said, ""] : [said.slice(0, at), said.slice(at)];
  const [first, ...groups] = whole.split(separator);
  const right =
    /^[+-]?\d{1,3}$/.test(first) && groups.length > 0 && groups.every(group => /^\d{3}$/.test(group));
  return right ? [first, ...groups].join("") + fraction : undefined;
}

const POWERS = Float64Array.from({ length: 16 }, (_, k) => 10 ** k);
const [PLUS, MINUS, POINT, ZERO, NINE] = [43, 45, 46, 48, 57];

/**
 * The number that a part of a text holds, if it has up to 15 digits and no exponent; else NaN. Both its digits and the
 * power of ten they are divided by are exact, so that the quotient is the nearest number.
 */
export function shortNumber(text: string, start: number, end: number): number {
  let i = start;
  let code = text.charCodeAt(i);
  const negative = code === MINUS;
  if (negative || code === PLUS) i++;
  const first = i;
  let [digits, value, point] = [0, 0, -1];
  for (; i < end; i++) {
    code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) {
      value = value * 10 + (code - ZERO);
      digits++;
    } else if (code === POINT && point < 0) point = digits;
    else return Number.NaN;
  }
  if (digits === 0 || digits > 15) return Number.NaN;
  // Zeros before a number are not to be lost.
  if (text.charCodeAt(first) === ZERO && (point < 0 ? digits : point) > 1) return Number.NaN;
  if (point >= 0) value /= POWERS[digits - point];
  return negative ? -value : value;
}
