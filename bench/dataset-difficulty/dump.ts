/**
 * Writes a procedural set as raw bytes for `measure.py`: images and labels of both splits, and a JSON of the
 * rest.
 *
 *     node dist/bench/dataset-difficulty/dump.js FOLDER [RESOLUTION TRAIN TEST SEED]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contactSheet } from "../../src/training/datasets/contact-sheet.js";
import { proceduralDataset } from "../../src/training/datasets/procedural/procedural.js";

const [folder, ...numbers] = process.argv.slice(2);
if (folder === undefined) throw new Error("dump: give the folder to write to");
const [resolution = 32, train = 5000, test = 2000, seed = 1] = numbers.map(Number);

const started = performance.now();
const dataset = proceduralDataset({ resolution, train, test, seed });
const seconds = (performance.now() - started) / 1000;

mkdirSync(folder, { recursive: true });
for (const split of ["train", "test"] as const) {
  writeFileSync(join(folder, `${split}-images.bin`), dataset[split].images);
  writeFileSync(join(folder, `${split}-labels.bin`), dataset[split].labels);
}
const { name, classes, mean, std } = dataset;
writeFileSync(join(folder, "dataset.json"), JSON.stringify({ name, resolution, classes, mean, std }));
writeFileSync(join(folder, "contact-sheet.png"), contactSheet(dataset).png);
console.log(`${name}: ${train + test} images in ${seconds.toFixed(2)} s, written to ${folder}`);
