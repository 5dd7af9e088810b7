/**
 * What a surrogate is: a cheap model of an objective over encoded architectures, fitted to what was evaluated. It is a value,
 * as a strategy is; the same data and seed give the same fit, so that a search that was interrupted fits again what it had.
 */
import { createHash } from "node:crypto";
import { isList } from "../../base/expect.js";
import { isObject, say } from "../../base/say.js";

/** What a surrogate expects of some architectures. */
export interface Predictions {
  /** In the unit of what it was fitted to. */
  readonly mean: Float64Array;
  /** How unsure it is of each, as a standard deviation; absent where it does not know. */
  readonly deviation?: Float64Array;
}

export interface FittedSurrogate {
  readonly name: string;
  /** All that decides what it predicts, as plain data: settings, seed, and a hash of what it was fitted to. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** @throws RangeError for vectors of another length than it was fitted to */
  predict(inputs: readonly Float64Array[]): Predictions;
}

export interface FitOptions {
  /** Decides all that is drawn. Default 0. */
  readonly seed?: number;
}

export interface Surrogate {
  readonly name: string;
  /** All of them, defaults included, as plain data. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * @param inputs one vector for each architecture, all of one length
   * @param errors what is predicted, one finite number for each
   * @throws RangeError for fewer than two, for vectors of different lengths, and for errors that are no numbers
   */
  fit(inputs: readonly Float64Array[], errors: ArrayLike<number>, options?: FitOptions): FittedSurrogate;
}

/** Whether a setting is a surrogate. */
export const isSurrogate = (value: unknown): boolean =>
  isObject(value) && "fit" in value && typeof value.fit === "function" && "settings" in value;

/** A fitted surrogate, with what it is known by; the hash of its data is taken when it is first asked for. */
export function fittedSurrogate(
  { name, settings }: Pick<Surrogate, "name" | "settings">,
  {
    seed,
    inputs,
    errors,
  }: {
    readonly seed: number;
    readonly inputs: readonly Float64Array[];
    readonly errors: ArrayLike<number>;
  },
  predict: FittedSurrogate["predict"],
): FittedSurrogate {
  let identity: Readonly<Record<string, unknown>> | undefined;
  // Whoever gave the errors may write over them later.
  const known = Float64Array.from(errors);
  return {
    name,
    predict,
    get identity() {
      if (identity) return identity;
      const hash = createHash("sha256");
      for (const { buffer, byteOffset, byteLength } of [...inputs, known]) {
        hash.update(new Uint8Array(buffer, byteOffset, byteLength));
      }
      const data = hash.digest("hex").slice(0, 16);
      return (identity = { name, ...settings, seed, architectures: inputs.length, data });
    },
  };
}

/** Errors with mean 0 and deviation 1, and how predictions of them become errors. */
export interface Standardised {
  readonly values: Float64Array;
  readonly mean: number;
  readonly scale: number;
}

export function standardised(errors: ArrayLike<number>): Standardised {
  const n = errors.length;
  let [mean, squares] = [0, 0];
  for (let i = 0; i < n; i++) mean += errors[i] / n;
  for (let i = 0; i < n; i++) squares += (errors[i] - mean) ** 2 / n;
  // Errors that are all the same have nothing to be scaled by.
  const scale = squares > 0 ? Math.sqrt(squares) : 1;
  return { values: Float64Array.from(errors, error => (error - mean) / scale), mean, scale };
}

/** @throws RangeError for what no surrogate can be fitted to */
export function requireData(caller: string, inputs: unknown, errors: unknown): void {
  if (!isList(inputs) || inputs.length < 2) {
    const got = isList(inputs) ? inputs.length : say(inputs);
    throw new RangeError(`${caller}: expected vectors of at least two architectures, got ${got}`);
  }
  if (!isList(errors) || errors.length !== inputs.length) {
    const got = isList(errors) ? errors.length : say(errors);
    throw new RangeError(`${caller}: expected an error for each of ${inputs.length} vectors, got ${got}`);
  }
  const first = inputs[0];
  requireVectors(caller, inputs, isObject(first) && "length" in first ? Number(first.length) : 0);
  for (let i = 0; i < errors.length; i++) {
    if (Number.isFinite(errors[i])) continue;
    throw new RangeError(
      `${caller}: expected errors that are numbers, got ${say(errors[i])} at ${i}; leave out what failed`,
    );
  }
}

/** @throws RangeError for vectors that are none, or not of this length */
export function requireVectors(caller: string, inputs: unknown, length: number): void {
  if (!isList(inputs)) throw new RangeError(`${caller}: expected a list of vectors, got ${say(inputs)}`);
  for (let i = 0; i < inputs.length; i++) {
    const vector = inputs[i];
    if (vector instanceof Float64Array && vector.length === length) continue;
    const got = vector instanceof Float64Array ? `one of ${vector.length}` : say(vector);
    throw new RangeError(
      `${caller}: expected vectors of ${length} numbers, as encoder(space).encode gives them, got ${got} at ${i}`,
    );
  }
}
