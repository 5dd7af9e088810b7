/** What a session's later steps depend on: read from native code, and put back. */
import { expectFields } from "../../../base/expect.js";
import { say } from "../../../base/say.js";
import { CheckpointError } from "../../checkpoints/checkpoint.js";
import type { Weight, Weights } from "../../engine.js";
import { optimisers } from "../../recipe/optimisers.js";
import type { SessionState } from "../../session.js";
import { checkWeights } from "../../weights/weights.js";
import type { Addon, Remembered } from "./addon.js";
import type { Model } from "./model.js";

const isStatistic = (name: string): boolean => /\.running_(mean|var)$/.test(name);
const learntOf = (store: Model) => store.tensors().filter(({ name }) => !isStatistic(name));

export async function sessionStateOf(addon: Addon, store: Model): Promise<SessionState> {
  const learnt = learntOf(store);
  const remembered = async (what: Remembered): Promise<Weights> =>
    new Map(
      await Promise.all(
        learnt.map(async ({ name, shape }): Promise<[string, Weight]> => {
          return [name, { shape, values: await addon.getRemembered(store.handle, name, what) }];
        }),
      ),
    );
  // Asked for at once, so that no later call's step comes between; whether there are second moments is known afterwards.
  const second = remembered("second").catch(() => undefined);
  const [state, weights, first, dropout] = await Promise.all([
    addon.getOptimiserState(store.handle),
    store.weights(),
    remembered("first"),
    addon.getDropoutState(store.handle),
  ]);
  const squares = await second;
  const { optimiser, steps, each } = state;
  return {
    optimiser,
    steps: each.length > 0 ? new Map(learnt.map(({ name }, i) => [name, each[i]])) : steps,
    weights,
    first,
    ...(state.second && squares && { second: squares }),
    dropout,
  };
}

/**
 * @param fn the function that was called, for errors
 * @throws WeightsError or CheckpointError before anything is replaced
 */
export async function restoreSessionState(
  fn: string,
  addon: Addon,
  store: Model,
  state: SessionState,
): Promise<void> {
  expectFields(fn, "a session's state", state, {
    optimiser: "text",
    steps: "any",
    weights: "object",
    first: "object",
    second: "object?",
    dropout: "object",
  });
  const { optimiser, steps, weights, first, second, dropout } = state;
  const fail = (problem: string) => {
    throw new CheckpointError(`${fn}: expected a state of "${store.network.name}", ${problem}`);
  };
  if (!optimisers.includes(optimiser as never)) fail(`got one whose optimiser is ${say(optimiser)}`);
  checkWeights(fn, store.network, weights);
  const learnt = learntOf(store);
  const moments = { first, second } as const;
  for (const [what, tensors] of Object.entries(moments)) {
    if (tensors === undefined) continue;
    if (!(tensors instanceof Map)) fail(`got one whose ${what} moments are ${say(tensors)}`);
    if (tensors.size !== learnt.length)
      fail(`with ${what} moments of ${learnt.length} weights, got ${tensors.size}`);
    for (const { name, shape } of learnt) {
      const got: Weight | undefined = tensors.get(name);
      const values = shape.reduce((product, length) => product * length, 1);
      const fits =
        String(got?.shape) === String(shape) &&
        got?.values instanceof Float32Array &&
        got.values.length === values;
      if (!fits)
        fail(
          `whose ${what} moment of "${name}" has shape [${shape.join(", ")}], got ${got?.shape ? `[${String(got.shape)}]` : "none"}`,
        );
    }
  }
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const each = steps instanceof Map ? learnt.map(({ name }) => steps.get(name) as unknown) : [];
  const odd = steps instanceof Map ? each.findIndex(count => !isCount(count)) : -1;
  if (odd >= 0) fail(`with steps of each weight, got ${say(each[odd])} of "${learnt[odd].name}"`);
  if (!(steps instanceof Map) && !isCount(steps)) fail(`with a number of steps, got ${say(steps)}`);
  if (!(dropout instanceof Uint8Array)) fail(`with a generator's bytes as dropout, got ${say(dropout)}`);
  // First, since it alone may still be refused.
  await addon.setDropoutState(store.handle, dropout);
  await Promise.all([
    store.setWeights(weights),
    addon.setOptimiserState(store.handle, {
      optimiser,
      updated: false,
      steps: steps instanceof Map ? 0 : (steps as number),
      each: Float32Array.from(each as number[]),
      second: second !== undefined,
      averages: false,
    }),
    ...Object.entries(moments).flatMap(([what, tensors]) =>
      [...(tensors ?? [])].map(([name, { values }]) =>
        addon.setRemembered(store.handle, name, what as Remembered, values),
      ),
    ),
  ]);
}
