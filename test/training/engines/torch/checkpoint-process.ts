/** A process that trains until a checkpoint is on the disk, says so, and trains on until it is ended. */
import { readFileSync } from "node:fs";
import { torch, type Recipe } from "netspace/training";
import { saveCheckpoint } from "../../../../src/training/checkpoints/checkpoint-file.js";
import { quadrants, samples } from "../../../support/networks.js";

const [file, recipeFile] = process.argv.slice(2);
const recipe = JSON.parse(readFileSync(recipeFile, "utf8")) as Recipe;
const gated = samples.find(({ name }) => name === "Y")!;
const dataset = quadrants(48, 8);
const how = { seed: 7, threads: 1, keepCheckpoint: true };
const part = await torch.train(gated, dataset, recipe, { ...how, until: 2 });
saveCheckpoint(file, part.checkpoint!);
await torch.train(gated, dataset, recipe, {
  ...how,
  from: part.checkpoint,
  onStep: () => process.send?.("goes on"),
});
// For ever: whoever started this ends it.
setInterval(() => {}, 1000);
