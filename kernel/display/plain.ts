/** The `text/plain` form every value has, cut where it gets long, with the way to see the rest. */

import type { MimeBundle } from "./bundle.js";
import { abridged, inspectSafely } from "./inspect-safely.js";

/** How much of a value is shown. */
export interface Extent {
  /** Show all of the value, however long. */
  full?: boolean;
}

const SHORT = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 } as const;
const FULL = {
  depth: Infinity,
  maxArrayLength: Infinity,
  maxStringLength: Infinity,
  breakLength: 100,
} as const;
/** Limits that each hold can still add up. */
const MAX_LENGTH = 40_000;
/** What `inspect` writes where it left something out. */
const CUT = /\.\.\. \d+ more (?:items?|characters?)|\[(?:Object|Array)\]/;

/** How to ask for the rest. */
export const HINT = "display(value, { full: true }) shows all";

/** The plain form of a value. */
export function plain(value: unknown, { full = false }: Extent = {}): MimeBundle {
  return { "text/plain": plainText(value, { full }) };
}

/** The plain form as text. */
export function plainText(value: unknown, { full = false }: Extent = {}): string {
  if (full) return inspectSafely(value, FULL);
  const { value: shown, left } = abridged(value);
  const text = inspectSafely(shown, SHORT);
  if (text.length > MAX_LENGTH || left > 0) {
    const cut = text.slice(0, MAX_LENGTH);
    const characters = text.length - cut.length;
    const more = [
      ...(characters > 0 ? [`${characters.toLocaleString("en")} more characters`] : []),
      ...(left > 0 ? [`${left.toLocaleString("en")} more properties`] : []),
    ];
    return `${cut}\n… ${more.join(" and ")}; ${HINT}`;
  }
  // Short texts are whole, or what they leave out is a matter of depth, at which the hint would be noise.
  return text.length > 400 && CUT.test(text) ? `${text}\n… cut; ${HINT}` : text;
}
