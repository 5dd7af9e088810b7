/** What a search may begin with: outcomes by the same objectives, of networks that were trained alike. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NasBench201 } from "netspace";
import {
  complexityOf,
  customObjective,
  evolution,
  random,
  rewarded,
  search,
  trainingError,
} from "../../src/search/index.js";
import type { Known } from "../../src/search/runs/known.js";
import { searchWith } from "../../src/search/search.js";
import { smallSweep } from "../support/small-sweep.js";

const root = mkdtempSync(join(tmpdir(), "netspace-known-"));
after(() => rmSync(root, { recursive: true, force: true }));
const program = fileURLToPath(new URL("../support/quick-worker.js", import.meta.url));

const strategy = evolution({ population: 4, sample: 2 });
const counted = (objective: ReturnType<typeof complexityOf>, known?: Known) =>
  search(NasBench201, { strategy, objective, budget: 5, ...(known && { known }) });

test("another resolution, direction or split than the search's own is named, not taken", async () => {
  const known = await counted(complexityOf("flops", { resolution: 128 }));
  await assert.rejects(
    counted(complexityOf("flops", { resolution: 32 }), known),
    /known: expected outcomes of "flops" with resolution 32, got 128; give a search by the same objectives/,
  );
  await assert.rejects(
    counted(complexityOf("flops", { resolution: 128, better: "greatest" }), known),
    /known: expected outcomes of "flops" with better "greatest", got "least"/,
  );
  const own = await counted(complexityOf("flops"));
  await assert.rejects(
    counted(complexityOf("flops", { resolution: 32 }), own),
    /known: expected outcomes of "flops" with resolution 32, got null/,
  );
  assert.equal((await counted(complexityOf("flops", { resolution: 128 }), known)).records.length, 5);
  const custom = (split: "test" | "validation", f = () => 1) => customObjective<never>("mine", f, { split });
  const measured = (objective: ReturnType<typeof custom>, given?: Known) =>
    search(NasBench201, { strategy, objective, budget: 5, ...(given && { known: given }) });
  const mine = await measured(custom("test"));
  await assert.rejects(measured(custom("validation"), mine), /known: expected outcomes of "mine" with split/);
  // A function that was mended is taken, and the result says so.
  const mended = await measured(
    custom("test", () => 2),
    mine,
  );
  assert.match(mended.notes.join(), /known: the function of "mine" reads otherwise/);
});

test("a search and a population of other images or another recipe are named, those trained alike are told", async () => {
  const dataset = { ...smallSweep.dataset, validation: 64, resolution: 16 } as const;
  const trained = (name: string, options: object, change: object = {}) =>
    searchWith({ program }, "AnyNetXA", {
      strategy: random(),
      objective: trainingError({ dataset, recipe: "tiny", stem: smallSweep.stem, ...change }),
      where: smallSweep.where,
      budget: 3,
      workers: 1,
      threads: 1,
      out: join(root, name),
      ...options,
    });
  const first = await trained("first", {});
  const goesOn = { strategy, budget: 4 };
  for (const known of [first, first.population]) {
    const like = await trained(known === first ? "by search" : "by population", { ...goesOn, known });
    assert.equal(like.search.known!.n, 3);
    await assert.rejects(
      trained("other", { ...goesOn, known }, { dataset: { ...dataset, seed: 2 } }),
      /known: expected .*dataset.*; give a (search|population)/,
    );
    await assert.rejects(
      trained("other", { ...goesOn, known }, { recipe: { base: "tiny", epochs: 2 } }),
      /known: expected .*recipe.*; give a (search|population)/,
    );
  }
  // Counts of a population are those at its images' size.
  const error = trainingError({ dataset, recipe: "tiny", stem: smallSweep.stem });
  const flops = (resolution: number) =>
    trained(`flops at ${resolution}`, {
      strategy: rewarded(strategy, { target: 1e6 }),
      objective: [error, complexityOf("flops", { resolution })],
      budget: 4,
      known: first.population,
    });
  await assert.rejects(flops(32), /known: expected flops at 32 pixels, got those at 16; give a search/);
  assert.equal((await flops(16)).search.known!.n, 3);
});
