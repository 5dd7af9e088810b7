/**
 * The table of operators, from which the types of layers follow, and by which every interpreter is checked: a new
 * operator does not compile until each of them has its row.
 */
import { say } from "../../base/say.js";
import { problem, type Shape } from "../shape.js";
import { add } from "./add.js";
import { avgpool } from "./avgpool.js";
import { avgpool2d } from "./avgpool2d.js";
import { batchnorm } from "./batchnorm.js";
import { concat } from "./concat.js";
import { conv } from "./conv.js";
import { dropout, droppath } from "./dropout.js";
import { identity } from "./identity.js";
import { linear } from "./linear.js";
import { maxpool } from "./maxpool.js";
import { mix } from "./mix.js";
import { multiply } from "./multiply.js";
import type { Operator } from "./operator.js";
import { relu } from "./relu.js";
import { sigmoid } from "./sigmoid.js";
import { silu } from "./silu.js";
import { subsample } from "./subsample.js";
import { zero } from "./zero.js";

/** Keys are the operators' own names. */
const table = <T extends { readonly [K in keyof T]: { readonly op: K } }>(rows: T): T => rows;

/** Every operator by its name; the order is that of the native enumeration, and new ones come at the end. */
export const operators = table({
  conv,
  batchnorm,
  relu,
  silu,
  sigmoid,
  maxpool,
  avgpool,
  linear,
  add,
  multiply,
  dropout,
  droppath,
  avgpool2d,
  concat,
  identity,
  zero,
  subsample,
  mix,
});

/** A layer's operator. */
export type Op = keyof typeof operators;

/** A layer with this operator. */
export type LayerOf<K extends Op> = Parameters<(typeof operators)[K]["shape"]>[0];

/** One operator of a network. */
export type Layer = { [K in Op]: LayerOf<K> }[Op];

/** What a layer has besides its operator, name and inputs. */
export type Attributes<K extends Op> = Omit<LayerOf<K>, "op" | "name" | "inputs">;

/** What is known of a layer's operator. */
export const operatorOf = (layer: Layer): Operator<Layer> => operators[layer.op];

/** An interpreter: one function for each operator, called with a layer of it and what the interpreter needs. */
export type Rows<Rest extends readonly unknown[], Result> = {
  readonly [K in Op]: (layer: LayerOf<K>, ...rest: Rest) => Result;
};

/** Runs a layer's row of an interpreter. */
export const interpret = <Rest extends readonly unknown[], Result>(
  rows: Rows<Rest, Result>,
  layer: Layer,
  ...rest: Rest
): Result => (rows[layer.op] as unknown as (layer: Layer, ...rest: Rest) => Result)(layer, ...rest);

/**
 * The shape of what a layer gives.
 *
 * @throws NetworkError for an operator that there is not, a number of inputs that it does not read, and what it cannot have
 */
export function outputShape(layer: Layer, inputs: readonly Shape[]): Shape {
  const op: unknown = layer.op;
  const known = typeof op === "string" && Object.hasOwn(operators, op);
  const { arity } = known ? operatorOf(layer) : { arity: 1 };
  const [least, most] = typeof arity === "number" ? [arity, arity] : arity;
  if (inputs.length < least || inputs.length > most) {
    const wanted =
      least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    throw problem(layer, `${wanted} input${most > 1 ? "s" : ""}`, `${inputs.length}`);
  }
  if (!known) throw problem(layer, "a known operator (see Op)", say(op));
  return operatorOf(layer).shape(layer, inputs);
}
