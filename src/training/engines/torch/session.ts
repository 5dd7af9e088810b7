/**
 * A session of engine torch: a model that is the store, and models for its paths that hold the same tensors.
 */
import { expectOptions, type OptionNames, refuseUnknown } from "../../../base/expect-options.js";
import type { Network } from "../../../networks/network.js";
import type { Weight, Weights } from "../../engine.js";
import type { Session, SessionOptions, SessionStepOptions } from "../../session.js";
import { optimiserSettingNames } from "../../recipe/optimisers.js";
import { checkObject, type Device, Model } from "./model.js";

/** Paths kept ready. One holds its program and views of tensors, some 100 kB; a search asks for few of them again soon. */
const KEPT = 256;

const { averageDecay: _keptBySome, ...settingNames } = optimiserSettingNames;
const stepNames: OptionNames<SessionStepOptions> = { ...settingNames, labelSmoothing: true, mixture: true };

/** Loss and gradients of a pass that changes no weight. */
const still = { learningRate: 0, momentum: 0, weightDecay: 0, update: false } as const;

/** A session on a device, with freshly drawn weights for every layer of `network`. */
export async function openSession(
  network: Network,
  options: SessionOptions,
  device: Device,
): Promise<Session> {
  checkObject("session", "options", options);
  refuseUnknown("session", options, { seed: true, precision: true, threads: true });
  const { seed = 0 } = options;
  const store = await Model.create(network, { ...options, device });
  const paths = new Map<string, Promise<Model>>();
  let disposed = false;
  /** A path is made beside the queue of calls: what is called later, on a path that is there, waits until it is. */
  let before: Promise<unknown> = Promise.resolve();

  /** @param fn the session's function that was called */
  const modelOf = (path: Network, fn: string): Promise<Model> => {
    const turn = before;
    const inTurn = async (model: Promise<Model>) => {
      await turn;
      return model;
    };
    const asked = inTurn(pathModel(path, fn));
    before = asked.catch(() => undefined);
    return asked;
  };

  const pathModel = async (path: Network, fn: string): Promise<Model> => {
    if (disposed) throw new Error("Session: it was disposed of; open another");
    checkObject(fn, "path", path);
    checkObject(fn, "path.layers", path.layers);
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
      const model = await modelOf(path, "Session.step");
      checkObject("Session.step", "options", stepOptions);
      refuseUnknown("Session.step", stepOptions, stepNames);
      return model.step(batch, labels, stepOptions);
    },
    async gradients(path, batch, labels, gradientOptions = {}) {
      const model = await modelOf(path, "Session.gradients");
      refuseUnknown("Session.gradients", gradientOptions, { labelSmoothing: true, mixture: true });
      const loss = model.step(batch, labels, { ...still, ...gradientOptions });
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
    async mixtureGradients(path, batch, labels, gradientOptions) {
      const model = await modelOf(path, "Session.mixtureGradients");
      expectOptions("Session.mixtureGradients", gradientOptions, {
        mixture: "any",
        labelSmoothing: "number?",
      });
      const loss = model.step(batch, labels, { ...still, ...gradientOptions });
      const gradients = model.mixtureGradients();
      gradients.catch(() => undefined);
      return { loss: await loss, gradients: await gradients };
    },
    async probe(path, batch, probeOptions = {}) {
      return (await modelOf(path, "Session.probe")).probe(batch, probeOptions);
    },
    async evaluate(path, batch, evaluateOptions = {}) {
      const model = await modelOf(path, "Session.evaluate");
      expectOptions("Session.evaluate", evaluateOptions, { mixture: "any?" });
      return model.forward(batch, false, evaluateOptions.mixture);
    },
    async weights(path = network) {
      return (await modelOf(path, "Session.weights")).weights();
    },
    async restore(weights: Weights, path = network) {
      await (await modelOf(path, "Session.restore")).setWeights(weights);
    },
    dispose() {
      disposed = true;
      // Calls from before have then been handed on.
      void before.then(() => {
        for (const model of paths.values()) {
          void model.then(
            each => each.dispose(),
            () => undefined,
          );
        }
        paths.clear();
        store.dispose();
      });
    },
  };
}
