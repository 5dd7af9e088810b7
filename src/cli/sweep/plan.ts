/** `netspace sweep plan`: how long sweeps will take on given devices, from measured throughput. */
import { Command } from "commander";
import { duration } from "../../base/duration.js";
import {
  fitThroughput,
  measuredIn,
  measuredOnV100,
  planSweep,
  type SweepPlan,
  type ThroughputModel,
} from "../../sweeps/plan-sweep.js";
import type { Images } from "../../sweeps/images-of.js";
import { populationWith } from "../../populations/population-from.js";
import type { SweepSpec } from "../../trials/spec.js";
import type { Window } from "../../spaces/sample.js";
import { count, images, window } from "../options.js";
import { printJson, printLine, printTable } from "../print.js";
import { readSpecFile } from "../read-spec-file.js";

interface Options {
  devices: number;
  measured: string;
  n: number;
  flops: Window;
  resolution: number;
  recipe: string;
  images?: Images;
  json?: boolean;
}

export const sweepPlanCommand = (): Command =>
  new Command("plan")
    .description("tell how long sweeps will take on given devices, from measured throughput")
    .argument("<sweeps...>", "sweep specs, or names of design spaces for sweeps like the paper's")
    .requiredOption("--devices <count>", "devices to train on, one training on each at a time", count)
    .option(
      "--measured <source>",
      "v100: the authors' training times; or a population, whose training times are taken",
      "v100",
    )
    .option(
      "--images <train,test>",
      "images of the splits (default: the spec's dataset; ImageNet for names)",
      images,
    )
    .option("--n <count>", "networks of each space given by name", count, 500)
    .option("--flops <low,high>", "their flops", window, [360e6, 400e6])
    .option("--resolution <pixels>", "their images' height and width", count, 224)
    .option("--recipe <name>", "their recipe", "section3")
    .option("--json", "print JSON")
    .action(async (sweeps: string[], { json, ...options }: Options) => {
      const throughput = await throughputOf(options.measured);
      const { devices } = options;
      const plans: SweepPlan[] = [];
      for (const sweep of sweeps) {
        const [spec, own] = await specOf(sweep, options);
        plans.push(await planSweep(spec, { devices, throughput, images: options.images ?? own }));
      }
      const trainings = plans.reduce((sum, plan) => sum + plan.trainings, 0);
      const deviceHours = plans.reduce((sum, plan) => sum + plan.deviceHours, 0);
      const wallHours = plans.reduce((sum, plan) => sum + plan.wallHours, 0);
      if (json) {
        return printJson({
          devices: options.devices,
          // Its function is left out of JSON.
          throughput,
          plans,
          trainings,
          deviceHours,
          wallHours,
        });
      }
      printTable(
        plans.map(plan => ({
          sweep: plan.space,
          trainings: plan.trainings,
          "device hours": Number(plan.deviceHours.toFixed(2)),
          "wall time": duration(plan.wallHours * 3600),
          "longest training": duration(plan.longestHours * 3600),
        })),
      );
      printLine(
        `together: ${trainings} trainings, ${deviceHours.toFixed(1)} device hours, ${duration(wallHours * 3600)} one after the other on ${options.devices} devices`,
      );
      const off = (100 * throughput.medianError).toFixed(0);
      printLine(
        `throughput: ${throughput.n} networks of ${throughput.source}; the fit is off by ${off} % (median)`,
      );
      const beyond = plans.reduce((sum, plan) => sum + plan.beyond, 0);
      if (beyond > 0) {
        printLine(`note: ${beyond} networks cost less or more than any that was measured; theirs is a guess`);
      }
    });

async function throughputOf(measured: string): Promise<ThroughputModel> {
  if (measured.toLowerCase() === "v100") {
    return fitThroughput("the published zoo on one V100, batch 64, float32", measuredOnV100());
  }
  const { population } = await populationWith("sweep plan", measured, ["flops", "acts", "imagesPerSecond"]);
  return fitThroughput(measured, measuredIn(population));
}

/** ImageNet's splits. */
const imageNet: Images = { train: 1_281_167, test: 50_000 };

/** A spec file's sweep; for the name of a space one like those of section 3. */
async function specOf(
  sweep: string,
  { n, flops, resolution, recipe }: Options,
): Promise<[SweepSpec, Images | undefined]> {
  if (/\.(json|parquet)$/i.test(sweep)) return [await readSpecFile(sweep), undefined];
  // Which images does not matter here, only how large they are.
  const dataset = { kind: "procedural", resolution, train: 10, test: 10, seed: 1 } as const;
  const spec = { space: sweep, n, where: { flops: [...flops] }, dataset, recipe } as SweepSpec;
  return [spec, imageNet];
}
