/**
 * A session of engine torch: a model that is the store, and models for its paths that hold the same tensors.
 */
import { refuseUnknown } from "../../../base/expect-options.js";
import type { Network } from "../../../networks/network.js";
import type { Weight, Weights } from "../../engine.js";
import type { Session, SessionOptions } from "../../session.js";
import { type Device, Model } from "./model.js";

/** Paths kept ready. One holds its program and views of tensors, some 100 kB; a search asks for few of them again soon. */
const KEPT = 256;

/** A session on a device, with freshly drawn weights for every layer of `network`. */
export async function openSession(
  network: Network,
  options: SessionOptions,
  device: Device,
): Promise<Session> {
  refuseUnknown("session", options, { seed: true, precision: true, threads: true });
  const { seed = 0 } = options;
  const store = await Model.create(network, { ...options, device });
  const paths = new Map<string, Promise<Model>>();
  let disposed = false;

  const modelOf = (path: Network): Promise<Model> => {
    if (disposed) return Promise.reject(new Error("Session: it was disposed of; open another"));
    // By content: whoever samples paths builds each anew.
    const key = JSON.stringify(path.layers);
    const known = paths.get(key);
    const model = known ?? store.path(path, { seed });
    // A map's oldest entry is then the one that was not asked for the longest.
    paths.delete(key);
    paths.set(key, model);
    model.catch(() => paths.delete(key));
    if (paths.size > KEPT) {
      const [oldest, unused] = paths.entries().next().value!;
      paths.delete(oldest);
      void unused.then(
        other => other.dispose(),
        () => undefined,
      );
    }
    return model;
  };

  return {
    network,
    async step(path, batch, labels, stepOptions) {
      const model = await modelOf(path);
      return model.step(batch, labels, stepOptions);
    },
    async gradients(path, batch, labels, { labelSmoothing = 0 } = {}) {
      const model = await modelOf(path);
      const still = { learningRate: 0, momentum: 0, weightDecay: 0, labelSmoothing, update: false };
      const loss = model.step(batch, labels, still);
      // Asked for at once, so that no later call's step comes between.
      const asked = model
        .tensors()
        .filter(({ name }) => !/\.running_(mean|var)$/.test(name))
        .map(
          async ({ name, shape }): Promise<[string, Weight]> => [
            name,
            { shape, values: await model.gradient(name) },
          ],
        );
      const gradients = Promise.all(asked);
      // Where the step fails, its error is the one to say.
      gradients.catch(() => undefined);
      return { loss: await loss, gradients: new Map(await gradients) };
    },
    async evaluate(path, batch) {
      return (await modelOf(path)).forward(batch);
    },
    async weights(path = network) {
      return (await modelOf(path)).weights();
    },
    async restore(weights: Weights, path = network) {
      await (await modelOf(path)).setWeights(weights);
    },
    dispose() {
      disposed = true;
      for (const model of paths.values()) {
        void model.then(
          each => each.dispose(),
          () => undefined,
        );
      }
      paths.clear();
      store.dispose();
    },
  };
}
