/** `netspace train MODEL`: trains one network and shows its curve as a line. */
import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import { fileProblem } from "../../base/node/file-problem.js";
import { exportOnnx } from "../../onnx/index.js";
import { isRecord } from "../../trials/vocabulary.js";
import { kinds } from "../../training/datasets/kinds.js";
import type { Precision } from "../../training/engine.js";
import { engineNames } from "../../training/engines/index.js";
import type { Device } from "../../training/engines/torch.js";
import type { Recipe } from "../../training/recipe.js";
import { recipeByName, recipes } from "../../training/recipes.js";
import { train } from "../../training/train.js";
import { WeightsError } from "../../training/weights/weights.js";
import { count, natural } from "../options.js";
import { printJson, printLine } from "../print.js";
import { readJsonFile } from "../read-json-file.js";
import { readModel } from "../read-model.js";
import { requireFile } from "../writable.js";

interface Options {
  dataset?: string;
  recipe: string;
  epochs?: number;
  engine?: string;
  device?: Device;
  precision: Precision;
  seed: number;
  threads?: number;
  save?: string;
  onnx?: string;
  json?: boolean;
}

export const trainCommand = (): Command =>
  new Command("train")
    .description("train one network")
    .argument("<model>", "a network of the zoo, or a JSON file with a network or a sampled architecture")
    .option(
      "--dataset <set>",
      `${kinds.map(({ form }) => form).join(", ")}, or JSON (required); procedural needs no files`,
    )
    .option("--recipe <recipe>", `${Object.keys(recipes).join(", ")}, or a JSON file`, "tiny")
    .option("--epochs <count>", "instead of the recipe's", count)
    .addOption(new Option("--engine <name>", "default: torch if it is built").choices(engineNames()))
    .option("--device <device>", "cpu, cuda or cuda:N (default: the card if there is one)")
    .addOption(
      new Option("--precision <precision>", "of forward and backward passes")
        .choices(["float32", "bf16", "tf32"])
        .default("float32"),
    )
    .option("--seed <integer>", "of weights, order and augmentation", natural, 0)
    .option(
      "--threads <count>",
      "of the operators (default: 1 for a small network, else the cores that are free)",
      count,
    )
    .option("--save <file>", "write the best weights here, as safetensors")
    .option("--onnx <file>", "write the network with the best weights here, as ONNX")
    .option("--json", "print each epoch as a JSON line, then the result")
    .action(async (model: string, given: Options, command: Command) => {
      const { dataset, recipe, epochs, save, onnx, json, ...options } = given;
      if (dataset === undefined) {
        command.error(
          "error: required option '--dataset <set>' not specified; --dataset procedural needs no files",
        );
      }
      const stop = new AbortController();
      const interrupted = () => stop.abort();
      process.once("SIGINT", interrupted);
      process.once("SIGTERM", interrupted);
      const followed = readRecipe(recipe);
      for (const file of [save, onnx]) if (file !== undefined) requireFile("train", file);
      const run = await train(readModel("train", model), {
        ...options,
        dataset,
        recipe: epochs === undefined ? followed : { ...followed, epochs },
        signal: stop.signal,
        live: !json,
        onEpoch: report => {
          if (json) printJson(report);
        },
      });
      if (json) printJson(run);
      else printLine(String(run));
      if (save) run.save(save);
      if (onnx) {
        if (!run.weights)
          throw new WeightsError(
            `train: no weights for ${onnx}: ${run.summary()}; train for at least one epoch, by a recipe whose loss stays finite`,
          );
        exportOnnx(onnx, run.network, run.weights);
      }
      if (run.status === "cancelled")
        throw new Error(
          "train: stopped before the recipe's end; what was learned is above, the same command begins anew",
        );
    });

function readRecipe(text: string): Recipe {
  if (!text.endsWith(".json") && !existsSync(text)) return recipeByName(text);
  let recipe: unknown;
  try {
    recipe = readJsonFile(text);
  } catch (cause) {
    throw new Error(
      `train: expected a JSON file with a recipe, could not read ${text}: ${fileProblem(cause)}`,
      { cause },
    );
  }
  if (isRecord(recipe)) return recipe as unknown as Recipe;
  throw new Error(
    `train: expected an object with a recipe's fields in ${text}, got ${JSON.stringify(recipe)}`,
  );
}
