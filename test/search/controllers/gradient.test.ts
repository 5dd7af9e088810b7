/** Gradients of controllers, against PyTorch's autograd (controller_reference.py, next to this file, says how). */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { DecisionSpace, decisions } from "netspace";
import { seeded } from "../../../src/base/random.js";
import type { Controller, Sampled } from "../../../src/search/controllers/controller.js";
import { drawFrom } from "../../../src/search/controllers/controller.js";
import { Lstm, lstm, type LstmSettings } from "../../../src/search/controllers/lstm.js";
import { Offers } from "../../../src/search/controllers/offers.js";
import { Softmaxes } from "../../../src/search/controllers/softmaxes.js";
import { python, withoutPython } from "../../support/needs.js";
import { type Toy, toyFamily } from "../../support/toy-spaces.js";

/** Ways of one, two and four choices; the second offers some of its options, in an order of its own; operations by name. */
const space = new DecisionSpace<Toy>(
  "branches",
  choose => {
    const first = choose("first", [0, 1, 2]);
    const values: number[] = [first];
    if (first > 0) {
      values.push(choose("second", first === 1 ? [4, 1, 3] : [2, 3, 4, 0]));
      if (first === 2) {
        values.push(choose.free("operation", ["none", "skip", "conv"]) === "conv" ? 1 : 0);
        values.push(choose.free("last", [5, 6]));
      }
    }
    return { family: toyFamily, values };
  },
  { family: toyFamily },
);
const { vocabulary } = decisions(space);
const offers = new Offers(vocabulary);

/** Ways that the controller draws, with advantages of both signs, and probabilities that were other ones then. */
function drawn(controller: Controller, ways: number): Sampled[] {
  const random = seeded(3);
  return Array.from({ length: ways }, (_, i) => {
    const pass = controller.begin();
    const logs: number[] = [];
    const way = decisions(space).answer(question => {
      const probabilities = pass.probabilities(question);
      const index = drawFrom(probabilities, random);
      logs.push(Math.log(probabilities[index]) + 0.8 * (random() - 0.5));
      pass.took(index);
      return index;
    })!;
    return { way, advantage: 1.5 * random() - 0.6 + 0.01 * i, drawn: logs };
  });
}

interface Case {
  readonly title: string;
  readonly settings: LstmSettings | "softmaxes";
  readonly entropy: number;
  readonly clip: number;
  readonly ways?: number;
}

const small = { units: 6, range: 0.8 } as const;
const cases: readonly Case[] = [
  { title: "softmaxes, REINFORCE with entropy", settings: "softmaxes", entropy: 0.05, clip: Infinity },
  { title: "softmaxes, PPO", settings: "softmaxes", entropy: 0, clip: 0.2 },
  { title: "one layer, REINFORCE", settings: small, entropy: 0, clip: Infinity },
  { title: "one layer, one way", settings: small, entropy: 0, clip: Infinity, ways: 1 },
  { title: "entropy alone counts", settings: small, entropy: 3, clip: Infinity },
  {
    title: "NAS-RL's two layers of 35",
    settings: { layers: 2, units: 35, range: 0.3 },
    entropy: 0.01,
    clip: Infinity,
  },
  { title: "three layers, PPO with entropy", settings: { ...small, layers: 3 }, entropy: 1e-2, clip: 0.2 },
  {
    title: "tempered logits, operations otherwise",
    settings: { ...small, temperature: 5, greatestLogit: 2.5, greatestOperationLogit: 1 },
    entropy: 0.1,
    clip: 0.1,
  },
  {
    title: "operations alone tempered, with biases",
    settings: { ...small, units: 9, greatestOperationLogit: 1.1, biases: { conv: 0.5 } },
    entropy: 0.1,
    clip: Infinity,
  },
];

test("gradients of REINFORCE, PPO and entropy are those of PyTorch's autograd", {
  skip: withoutPython,
}, async t => {
  const made = cases.map(({ settings, entropy, clip, ways = 24 }) => {
    const controller =
      settings === "softmaxes" ? new Softmaxes(vocabulary) : new Lstm(vocabulary, lstm(settings), 5);
    if (settings === "softmaxes")
      controller.parameters.forEach((_, i) => (controller.parameters[i] = Math.sin(i)));
    const batch = drawn(controller, ways);
    const all = settings === "softmaxes" ? undefined : lstm(settings);
    const limits = vocabulary.flatMap(({ options }) => {
      const numbers = options.every(option => typeof option === "number");
      return options.map(() => (all ? (numbers ? all.greatestLogit : all.greatestOperationLogit) : false));
    });
    const asked = {
      layers: all?.layers ?? 0,
      units: all?.units ?? 0,
      options: offers.size,
      temperature: all?.temperature ?? 1,
      limits,
      parameters: [...controller.parameters],
      entropy,
      clip: clip === Infinity ? null : clip,
      ways: batch.map(({ way, advantage, drawn: logs }) => ({
        offered: way.questions.map(question => [...offers.of(question)]),
        taken: way.code,
        advantage,
        drawn: logs,
      })),
    };
    return { asked, gradient: Float64Array.from(controller.gradient(batch, { entropy, clip })) };
  });
  const script = fileURLToPath(
    new URL("../../../../test/search/controllers/controller_reference.py", import.meta.url),
  );
  const { stdout, stderr, status } = spawnSync(python, [script], {
    input: JSON.stringify(made.map(({ asked }) => asked)),
    maxBuffer: 1e9,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const answers = JSON.parse(stdout) as { readonly gradient: readonly number[] }[];
  for (const [i, { title, settings }] of cases.entries()) {
    await t.test(title, () => {
      const [ours, theirs] = [made[i].gradient, answers[i].gradient];
      assert.equal(ours.length, theirs.length);
      const scale = Math.max(...theirs.map(Math.abs));
      assert.ok(scale > 1e-3, `a gradient to compare, ${scale}`);
      const off = Math.max(...theirs.map((value, k) => Math.abs(value - ours[k])));
      // Float32 of an LSTM; softmaxes are float64.
      assert.ok(off < scale * (settings === "softmaxes" ? 1e-12 : 3e-6), `${off} of ${scale}`);
    });
  }
});
