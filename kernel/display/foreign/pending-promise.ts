/** Promises that are shown themselves: mostly somebody has forgotten to await them. */

import { inspect, types } from "node:util";
import type { Form } from "../form.js";
import { isListOf } from "./look.js";
import { plainText } from "../plain.js";

export const pendingPromise: Form = {
  name: "pending promise",
  show: value => {
    const text = pendingText(value);
    return text === undefined ? undefined : { "text/plain": text };
  },
};

/** One that failed: why is reported as of every promise that nobody heeds, with the place, and not twice. */
const isRejected = (value: unknown): boolean =>
  types.isPromise(value) && /^[^{]*\{\s*<rejected>/.test(inspect(value, { depth: 0, customInspect: false }));

const isPending = (value: unknown): boolean =>
  types.isPromise(value) && /^[^{]*\{\s*<pending>/.test(inspect(value, { depth: 0, customInspect: false }));

/** The text of a pending promise, or of an array of nothing but such, with what may have been forgotten. */
function pendingText(value: object): string | undefined {
  if (isPending(value)) return `${plainText(value)}\n… did you forget await?`;
  if (isRejected(value)) return "Promise { <rejected> }\n… did you forget await?";
  if (!isListOf(value, isPending) || value.length === 0) return undefined;
  return `${plainText(value)}\n… did you forget await Promise.all(…)?`;
}
