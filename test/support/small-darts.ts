/**
 * A small search by DARTS, also in a process of its own: `small-darts.js FOLDER EPOCHS ORDER`. Says each step and epoch.
 */
import { fileURLToPath } from "node:url";
import { proceduralDataset, SmallCells } from "netspace";
import { darts, type DartsOptions, type DartsResult } from "../../src/search/index.js";

/** 64 images for weights, 64 for α. */
export const smallImages = () =>
  proceduralDataset({ resolution: 8, train: 128, validation: 48, test: 16, seed: 11 });

export const smallDarts = (options: Partial<DartsOptions> = {}): Promise<DartsResult> =>
  darts(SmallCells, {
    preset: "small",
    dataset: smallImages(),
    threads: 1,
    ...options,
    recipe: { epochs: 3, batch: 16, cropPadding: 1, ...options.recipe },
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , out, epochs, order] = process.argv;
  await smallDarts({
    out,
    order: Number(order) as 1 | 2,
    recipe: { epochs: Number(epochs) },
    onProgress: ({ event, epoch, step }) => {
      if (event !== "opened") process.stdout.write(`${event} ${epoch} ${step}\n`);
    },
  });
}
