/**
 * A session of engine torch: a model that is the store, and models for its paths that hold the same tensors.
 */
import { expectOptions, type OptionNames, refuseUnknown } from "../../../base/expect-options.js";
import { checkSignal } from "../../../base/expect.js";
import { say } from "../../../base/say.js";
import type { Network } from "../../../networks/network.js";
import { ambientSignal } from "../../../notebook/ambient-signal.js";
import type { Weight, Weights } from "../../engine.js";
import type {
  KeptGradients,
  Session,
  SessionCallOptions,
  SessionOptions,
  SessionSnapshot,
  SessionStepOptions,
} from "../../session.js";
import { optimiserSettingNames } from "../../recipe/optimisers.js";
import { type GradientsHandle, loadAddon, type SnapshotHandle } from "./addon.js";
import { type CallContext, checkObject, type Device, Model } from "./model.js";
import { restoreSessionState, sessionStateOf } from "./session-state.js";

/** Paths kept ready. One holds its program and views of tensors, some 100 kB; a search asks for few of them again soon. */
const KEPT = 256;

const { averageDecay: _keptBySome, ...settingNames } = optimiserSettingNames;
const stepNames: OptionNames<SessionStepOptions> = {
  ...settingNames,
  labelSmoothing: true,
  mixture: true,
  signal: true,
};

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
  const { precision } = options;
  const store = await named("session", () => Model.create(network, { ...options, device }));
  const addon = loadAddon();
  const paths = new Map<string, Promise<Model>>();
  const snapshots = new WeakMap<SessionSnapshot, SnapshotHandle>();
  const gradientSets = new WeakMap<KeptGradients, GradientsHandle>();
  let disposed = false;
  /** A path is made beside the queue of calls: what is called later, on a path that is there, waits until it is. */
  let before: Promise<unknown> = Promise.resolve();
  /** Whose gradients there are. */
  let lastPass: Model | undefined;

  /** What is ready when all calls from before have been handed on. */
  const inTurn = <T>(ready: Promise<T>): Promise<T> => {
    const turn = before;
    const asked = (async () => {
      await turn;
      return ready;
    })();
    before = asked.catch(() => undefined);
    return asked;
  };
  const requireOpen = () => {
    if (disposed) throw new Error("Session: it was disposed of; open another");
  };
  /** @param fn the session's function that was called */
  const modelOf = (path: Network, fn: string): Promise<Model> => inTurn(pathModel(path, fn));
  const storeInTurn = async (): Promise<Model> => {
    requireOpen();
    return inTurn(Promise.resolve(store));
  };

  const pathModel = async (path: Network, fn: string): Promise<Model> => {
    requireOpen();
    checkObject(fn, "path", path);
    checkObject(fn, "path.layers", path.layers);
    // By content: whoever samples paths builds each anew.
    const key = JSON.stringify(path.layers);
    const known = paths.get(key);
    const model = known ?? store.path(path);
    // A map's oldest entry is then the one that was not asked for the longest.
    paths.delete(key);
    paths.set(key, model);
    model.catch(() => paths.delete(key));
    if (paths.size > KEPT) {
      const [oldest, unused] = paths.entries().next().value!;
      paths.delete(oldest);
      // Calls from before may wait for their turn with it, and its gradients be asked for.
      void before
        .then(() => unused)
        .then(
          other => (other === lastPass ? undefined : other.dispose()),
          () => undefined,
        );
    }
    return model;
  };

  /** Of a pass that changes no weight: its loss, and what is asked for at once, so that no later call's step comes between. */
  const passAnd = async <T>(loss: Promise<number>, asked: Promise<T>) => {
    // Where the pass fails, its error is the one to say.
    asked.catch(() => undefined);
    return { loss: await loss, asked: await asked };
  };

  return {
    network,
    step: (path, batch, labels, stepOptions) =>
      named("Session.step", async fn => {
        const model = await modelOf(path, fn);
        checkObject(fn, "options", stepOptions);
        refuseUnknown(fn, stepOptions, stepNames);
        const { signal: _ofTheCall, ...settings } = stepOptions;
        lastPass = model;
        return model.step(batch, labels, { ...settings, mixtureGradients: false }, context(fn, stepOptions));
      }),
    gradients: (path, batch, labels, gradientOptions = {}) =>
      named("Session.gradients", async fn => {
        const model = await modelOf(path, fn);
        refuseUnknown(fn, gradientOptions, { labelSmoothing: true, mixture: true, signal: true });
        const { signal: _ofTheCall, ...settings } = gradientOptions;
        lastPass = model;
        const loss = model.step(
          batch,
          labels,
          { ...still, ...settings, mixtureGradients: false },
          context(fn, gradientOptions),
        );
        const asked = model
          .tensors()
          .filter(({ name }) => !/\.running_(mean|var)$/.test(name))
          .map(
            async ({ name, shape }): Promise<[string, Weight]> => [
              name,
              { shape, values: await model.gradient(name) },
            ],
          );
        const pass = await passAnd(loss, Promise.all(asked));
        return { loss: pass.loss, gradients: new Map(pass.asked) };
      }),
    mixtureGradients: (path, batch, labels, gradientOptions) =>
      named("Session.mixtureGradients", async fn => {
        const model = await modelOf(path, fn);
        expectOptions(fn, gradientOptions, {
          mixture: "any",
          labelSmoothing: "number?",
          weightGradients: "boolean?",
          signal: "any?",
        });
        const { signal: _ofTheCall, ...settings } = gradientOptions;
        lastPass = model;
        const loss = model.step(batch, labels, { ...still, ...settings }, context(fn, gradientOptions));
        const pass = await passAnd(loss, model.mixtureGradients());
        return { loss: pass.loss, gradients: pass.asked };
      }),
    probe: (path, batch, probeOptions = {}) =>
      named("Session.probe", async fn => {
        const model = await modelOf(path, fn);
        if (probeOptions?.towards) lastPass = model;
        return model.probe(batch, probeOptions);
      }),
    evaluate: (path, batch, evaluateOptions = {}) =>
      named("Session.evaluate", async fn => {
        const model = await modelOf(path, fn);
        expectOptions(fn, evaluateOptions, { mixture: "any?", signal: "any?" });
        return model.forward(batch, false, evaluateOptions.mixture, context(fn, evaluateOptions));
      }),
    recalibrate: (path, batches, recalibrateOptions = {}) =>
      named("Session.recalibrate", async fn => {
        const model = await modelOf(path, fn);
        expectOptions(fn, recalibrateOptions, { mixture: "any?", signal: "any?" });
        await model.recalibrate(batches, recalibrateOptions.mixture, context(fn, recalibrateOptions));
      }),
    snapshot: () =>
      named("Session.snapshot", async () => {
        const handle = await addon.snapshot((await storeInTurn()).handle);
        const snapshot = { dispose: () => addon.disposeSnapshot(handle) };
        snapshots.set(snapshot, handle);
        return snapshot;
      }),
    rewind: snapshot =>
      named("Session.rewind", async fn => {
        const { handle } = await storeInTurn();
        await addon.rewind(handle, given(fn, "a snapshot", snapshots, snapshot));
      }),
    keepGradients: () =>
      named("Session.keepGradients", async fn => {
        await storeInTurn();
        if (!lastPass) throw new RangeError(`${fn}: ${noPass}`);
        const { gradients: handle, norm } = await addon.keepGradients(lastPass.handle);
        const gradients = { norm, dispose: () => addon.disposeGradients(handle) };
        gradientSets.set(gradients, handle);
        return gradients;
      }),
    move: (gradients, by) =>
      named("Session.move", async fn => {
        const { handle } = await storeInTurn();
        await addon.move(handle, given(fn, "gradients", gradientSets, gradients), by);
      }),
    state: () =>
      named("Session.state", async fn => {
        const model = await storeInTurn();
        if (precision === "float64") {
          throw new RangeError(
            `${fn}: expected a session whose weights are float32, got one of float64, which is for measures; snapshot() keeps its numbers while it is open`,
          );
        }
        return sessionStateOf(addon, model);
      }),
    restoreState: state =>
      named("Session.restoreState", async fn => {
        requireOpen();
        const turn = before;
        const restored = (async () => {
          await turn;
          await restoreSessionState(fn, addon, store, state);
        })();
        // Several calls of the binding, between which none of a later step may come.
        before = restored.catch(() => undefined);
        return restored;
      }),
    async weights(path = network) {
      return (await modelOf(path, "Session.weights")).weights();
    },
    restore: (weights: Weights, path = network) =>
      named("Session.restore", async fn => (await modelOf(path, fn)).setWeights(weights)),
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

const noPass =
  "expected a pass with gradients before it, got none; call step, gradients or mixtureGradients first";

/** What a session gave out, by what it stands for. */
function given<K extends object, V>(fn: string, what: string, all: WeakMap<K, V>, key: K): V {
  const found = typeof key === "object" && key !== null ? all.get(key) : undefined;
  if (found) return found;
  throw new RangeError(`${fn}: expected ${what} that this session gave, got ${say(key)}`);
}

function context(fn: string, { signal }: SessionCallOptions): CallContext {
  checkSignal(fn, "signal", signal);
  return { caller: fn, signal: signal ?? ambientSignal() };
}

/** Runs a session's function; errors of the model that it asks name the function that was called. */
async function named<T>(fn: string, work: (fn: string) => Promise<T>): Promise<T> {
  try {
    return await work(fn);
  } catch (error) {
    const own = error instanceof Error ? /^Model\.\w+(?=: )/.exec(error.message)?.[0] : undefined;
    if (own !== undefined) {
      const said = error as Error;
      said.message = said.message.replace(own, fn);
      if (said.stack) said.stack = said.stack.replace(own, fn);
    }
    throw error;
  }
}
