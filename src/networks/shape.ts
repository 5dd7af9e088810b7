/** What networks are checked by: the shape of a value, and the error of a layer that cannot have its one. */
import { say } from "../base/say.js";

/** A network that cannot exist: names the layer, what was expected and what came. */
export class NetworkError extends RangeError {
  override readonly name = "NetworkError";
}

/** Shape of one image's activations: channels, height, width (height and width 1 after global pooling). */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What a layer is told by, whichever operator it has. */
interface Named {
  readonly op: string;
  readonly name: string;
}

/** Output size of a window with padding (kernel − 1) / 2 and the given stride: (size − 1) // stride + 1. */
export const strided = (size: number, stride: number): number => Math.floor((size - 1) / stride) + 1;

/** Height and width of what such a window gives. */
export const window = (x: Shape, stride: number): Pick<Shape, "height" | "width"> => ({
  height: strided(x.height, stride),
  width: strided(x.width, stride),
});

export const format = (s: Shape): string => `${say(s.channels)} × ${s.height} × ${s.width}`;

export const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/** The error of a layer. */
export function problem(layer: Named, expected: string, got: string): NetworkError {
  const op: unknown = layer.op;
  const kind = typeof op === "string" ? op : say(op);
  return new NetworkError(`layer "${layer.name}" (${kind}): expected ${expected}, got ${got}`);
}

/** @throws NetworkError if one of these fields is no positive integer */
export function requireCounts<L extends Named>(layer: L, ...keys: readonly (keyof L & string)[]): void {
  for (const key of keys) {
    if (!isCount(layer[key])) throw problem(layer, `${key} to be a positive integer`, say(layer[key]));
  }
}

export function requireChannels(layer: Named, expected: number, x: Shape): void {
  if (x.channels !== expected) throw problem(layer, `an input of ${say(expected)} channels`, format(x));
}
