/** A function of one's own as what a search makes small. */
import { createHash } from "node:crypto";
import { familyOf } from "../../architectures/families.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { expectOptions } from "../../base/expect-options.js";
import { expectName } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";
import type { Cost } from "../cost.js";
import type { Fidelity, MeasuredObjective, Measurement } from "../objective.js";
import { factsOf } from "./details.js";
import { ObjectiveError } from "./objective-error.js";

/** A value, or one with its cost and details; now or later. */
export type ObjectiveFunction<A extends AnyArchitecture> = (
  architecture: A,
  fidelity: Fidelity,
  options: { readonly signal?: AbortSignal },
) => number | GivenMeasurement | Promise<number | GivenMeasurement>;

/** A measurement whose cost may be left out. */
export type GivenMeasurement = Omit<Measurement, "cost"> & Partial<Pick<Measurement, "cost">>;

export interface CustomObjectiveOptions {
  /** Which values are better. Default `"least"`. */
  readonly better?: "least" | "greatest";
  /** Of the values, for axes: `"s"`. */
  readonly unit?: string;
  /** Which images decide the values. Default: none. */
  readonly split?: "training" | "validation" | "test";
  /** What else decides the values, as plain data: part of a search's identity, as the function's text is. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * Names the function in place of its text: a search goes on with a function that was mended, as long as its version is the
   * same. Change it with the values.
   */
  readonly version?: string | number;
}

/**
 * An objective from a function. It costs the time that it takes, and no images, unless it says otherwise; its text is part of a search's identity, what it
 * refers to is not: name that in `settings`.
 *
 * `measure` throws an ObjectiveError where the function throws or gives no finite number. Of what cannot be known the function says so
 * itself: `{ value: NaN, details: { reason: "…" } }`, which a search takes for a failure of that architecture alone.
 *
 * @throws RangeError for a name, a function or an option that is not what it must be
 * @example `customObjective("depth", ({ stages }) => stages.length, { unit: "stages" })`
 */
export function customObjective<A extends AnyArchitecture>(
  name: string,
  f: ObjectiveFunction<A>,
  options: CustomObjectiveOptions = {},
): MeasuredObjective<A> {
  expectName("customObjective", "a name", name);
  if (typeof f !== "function") {
    throw new RangeError(
      `customObjective: expected a function from an architecture to a number, got ${say(f)}`,
    );
  }
  expectOptions("customObjective", options, {
    better: "text?",
    unit: "text?",
    split: "text?",
    settings: "object?",
    version: "any?",
  });
  const { better = "least", unit, split, settings = {}, version } = options;
  if (version !== undefined && !["string", "number"].includes(typeof version)) {
    throw new RangeError(
      `customObjective: version must be a text or a number, such as 1, got ${say(version)}`,
    );
  }
  const oneOf = (field: string, value: string | undefined, known: readonly string[]) => {
    if (value === undefined || known.includes(value)) return;
    const names = known.map(each => `"${each}"`).join(" or ");
    throw new RangeError(`customObjective: ${field} must be ${names}, got ${say(value)}`);
  };
  oneOf("better", better, ["least", "greatest"]);
  oneOf("split", split, ["training", "validation", "test"]);
  return {
    name,
    settings: { ...settings, better, ...(version === undefined ? { function: textOf(f) } : { version }) },
    better,
    ...(unit !== undefined && { unit }),
    ...(split && { split }),
    async measure(architecture, fidelity, { signal } = {}) {
      const began = performance.now();
      let given: number | GivenMeasurement;
      try {
        given = await f(architecture, fidelity, { ...(signal && { signal }) });
      } catch (cause) {
        // Whoever stops the search hears of that, not of a broken function.
        signal?.throwIfAborted();
        const said = cause instanceof Error ? cause.message : say(cause);
        throw new ObjectiveError(
          `objective ${say(name)}: its function threw at ${titleOf(architecture)}: ${said}`,
          {
            cause,
          },
        );
      }
      const { value, cost, details } = checked(name, architecture, given);
      return {
        value,
        cost: cost ?? { images: 0, seconds: (performance.now() - began) / 1000 },
        details: { ...factsOf(split ?? null, fidelity), ...details },
      };
    },
  };
}

/** Sixteen digits of a hash of the function's text: a search goes on with the function that it began with. */
const textOf = (f: (...given: never[]) => unknown): string =>
  createHash("sha256").update(String(f)).digest("hex").slice(0, 16);

const titleOf = (architecture: AnyArchitecture): string =>
  architecture.name ?? familyOf(architecture).title(architecture);

function checked(name: string, architecture: AnyArchitecture, given: unknown): GivenMeasurement {
  const fail = (expected: string, got: unknown, remedy: string): never => {
    throw new ObjectiveError(
      `objective ${say(name)}: expected ${expected} for ${titleOf(architecture)}, got ${say(got)}; ${remedy}`,
    );
  };
  const remedy =
    "return { value: NaN, details: { reason: … } } of an architecture whose value cannot be known";
  if (typeof given === "number") {
    return Number.isFinite(given) ? { value: given } : fail("a finite number", given, remedy);
  }
  if (!isObject(given) || typeof (given as Partial<Measurement>).value !== "number") {
    return fail("a number, or { value, cost, details }", given, "return one");
  }
  const { value, cost, details } = given as GivenMeasurement;
  if (cost !== undefined)
    expectCost(cost, got =>
      fail("a cost such as { images, seconds }", got, "leave it out for the time taken"),
    );
  if (details !== undefined && !isObject(details)) fail("details as plain data", details, "leave them out");
  const said = (details as { readonly reason?: unknown } | undefined)?.reason !== undefined;
  if (!Number.isFinite(value) && !(Number.isNaN(value) && said)) fail("a finite value", value, remedy);
  return given as GivenMeasurement;
}

function expectCost(cost: unknown, fail: (got: unknown) => never): asserts cost is Cost {
  if (!isObject(cost)) return fail(cost);
  const { images = 0, seconds = 0 } = cost as Cost;
  for (const each of [images, seconds]) if (!(typeof each === "number" && each >= 0)) fail(each);
}
