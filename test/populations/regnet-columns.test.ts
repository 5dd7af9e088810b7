import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openPopulation, RegNetX, sample, storeArchitecture } from "netspace";
import { checkSpec } from "../../src/trials/spec.js";
import { keepSpec } from "../../src/trials/spec-file.js";
import { TrialLog } from "../../src/trials/store/store.js";
import { sweepId } from "../../src/trials/trial.js";

test("a stored population of RegNets has their parameters as columns, and its architectures keep them", () => {
  const folder = mkdtempSync(join(tmpdir(), "netspace-regnet-"));
  try {
    const dataset = { kind: "procedural", resolution: 32, train: 100, test: 50, seed: 1 };
    const spec = checkSpec({ space: "RegNetX", n: 3, recipe: "tiny", dataset });
    keepSpec(folder, spec);
    const drawn = sample(RegNetX, { n: 3, seed: 1 });
    const log = new TrialLog(folder);
    for (const [index, { architecture, flops, params, acts }] of drawn.entries()) {
      log.append({
        version: 1,
        id: `trial-${index}`,
        sweep: sweepId(spec),
        index,
        architecture: storeArchitecture(architecture),
        complexity: { flops, params, acts },
        status: "finished",
        error: 50 + index,
        endedAt: "2026-01-01T00:00:00.000Z",
      });
    }
    log.close();
    const population = openPopulation(folder);
    const own = (key: string) => drawn.map(({ architecture }) => architecture.parameters![key]);
    for (const key of ["w0", "wa", "wm", "depth"]) assert.deepEqual(population.column(key), own(key));
    assert.deepEqual(population.column("b"), own("bottleneck"));
    assert.deepEqual(population.column("g"), own("groupWidth"));
    assert.deepEqual(
      population.members.map(member => member.architecture.parameters),
      drawn.map(({ architecture }) => architecture.parameters),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
