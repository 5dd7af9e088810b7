/**
 * What changing the path with each step of a session costs, in the processor's time of a step.
 *
 *   node dist/bench/path-change.js [FILTERS] [CELLS] [ROUNDS] [BATCH] [RESOLUTION]      4, 5, 30, 64 and 16
 *
 * A round takes the same steps twice, on single paths of DARTS' supernet drawn for it: each path four times before the next, and the next path
 * with each step. Which comes first is drawn. Rounds give ratios; the median has the interval of 95 % that the ranks of a sample have, whatever its
 * distribution. One thread.
 */
import { DARTSSpace, type ImageBatch, type Mixture, seeded, torch } from "netspace";
import { supernet } from "netspace/search";
import { median } from "simple-statistics";

const [filters = 4, cells = 5, rounds = 30, batch = 64, resolution = 16] = process.argv.slice(2).map(Number);
const [paths, times, classes] = [4, 4, 10];
const settings = { learningRate: 0.025, momentum: 0.9, nesterov: false, weightDecay: 3e-4, clipNorm: 5 };
const shared = supernet(DARTSSpace.fix("cells", cells).fix("filters", filters), { classes, resolution });
const random = seeded(1);
const images: ImageBatch = {
  images: Float32Array.from({ length: batch * 3 * resolution ** 2 }, () => 2 * random() - 1),
  shape: [batch, 3, resolution, resolution],
};
const labels = Int32Array.from({ length: batch }, () => Math.floor(classes * random()));
const session = await torch.session!(shared.network, { threads: 1, seed: 1 });

/** One operation of each edge, none of them "none". */
const path = (): Mixture =>
  new Map(
    shared.sums.map(({ group, edges }) => [
      group,
      edges.flatMap(({ operations }) => {
        const chosen = 1 + Math.floor((operations.length - 1) * random());
        return operations.map((_, i) => (i === chosen ? 1 : 0));
      }),
    ]),
  );

async function cpuOf(mixtures: readonly Mixture[]): Promise<number> {
  const before = process.cpuUsage();
  for (const mixture of mixtures)
    await session.step(shared.network, images, labels, { ...settings, mixture });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3 / mixtures.length;
}

const drawn = () => Array.from({ length: paths }, path);
await cpuOf(drawn());
const changes: number[] = [];
const steps: number[] = [];
for (let round = 0; round < rounds; round++) {
  const each = drawn();
  const staying = each.flatMap(mixture => Array.from({ length: times }, () => mixture));
  const changing = Array.from({ length: times }, () => each).flat();
  const first = random() < 0.5;
  const one = await cpuOf(first ? staying : changing);
  const other = await cpuOf(first ? changing : staying);
  const [stays, changed] = first ? [one, other] : [other, one];
  steps.push(stays);
  changes.push(100 * (changed / stays - 1));
}
session.dispose();

/** Ranks of a sample between which its median lies with 95 %: n / 2 ± 1.96 √n / 2. */
const sorted = changes.toSorted((a, b) => a - b);
const apart = (1.96 * Math.sqrt(rounds)) / 2;
const low = sorted[Math.max(0, Math.floor(rounds / 2 - apart))];
const high = sorted[Math.min(rounds - 1, Math.ceil(rounds / 2 + apart))];
console.log(
  `C ${filters}, ${cells} cells, batch ${batch}, ${resolution} × ${resolution}: a step takes ${median(steps).toFixed(1)} ms of a processor; with a new path each step ${median(changes).toFixed(1)} % more (${low.toFixed(1)} to ${high.toFixed(1)}, ${rounds} rounds of ${2 * paths * times} steps)`,
);
process.exit(0);
