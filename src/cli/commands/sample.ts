/** `netspace sample SPACE`: architectures drawn from a design space, with what they cost. */
import { Command } from "commander";
import { simpleStem } from "../../architectures/anynet/architecture.js";
import { X } from "../../architectures/anynet/blocks/index.js";
import { describe } from "../../architectures/build.js";
import { type AnyArchitecture, isAnyNet } from "../../architectures/family.js";
import { storeArchitecture } from "../../architectures/stored.js";
import { spaceByName, spaceNames } from "../../spaces/names.js";
import { type SampleProgress, sample, type Window } from "../../spaces/sample.js";
import type { Sample } from "../../spaces/space.js";
import { count, natural, window } from "../options.js";
import { printJson, printTable } from "../print.js";

interface Options {
  n: number;
  seed: number;
  resolution?: number;
  flops?: Window;
  params?: Window;
  acts?: Window;
  effectiveFlops?: Window;
  depth?: Window;
  json?: boolean;
}

export const sampleCommand = (): Command =>
  new Command("sample")
    .description("architectures drawn from a design space")
    .argument("<space>", `one of ${spaceNames().join(", ")}`)
    .option("--n <count>", "how many", count, 10)
    .option("--seed <integer>", "seed of the generator", natural, 1)
    .option(
      "--resolution <pixels>",
      "height and width at which complexity is counted (default: the space's own, or 224)",
      count,
    )
    .option("--flops <low,high>", "window of multiply-adds", window)
    .option("--params <low,high>", "window of parameters", window)
    .option("--acts <low,high>", "window of activations", window)
    .option("--effective-flops <low,high>", "window of multiply-adds without those with padding", window)
    .option("--depth <low,high>", "window of blocks", window)
    .option("--json", "print one JSON object a line")
    .action((name: string, { n, seed, resolution, json, ...where }: Options) => {
      const onProgress = process.stderr.isTTY ? showProgress : undefined;
      const samples = sample(spaceByName(name), { n, seed, resolution, where, onProgress });
      if (json) for (const drawn of samples) printJson(record(drawn));
      else printTable(samples.map(line));
    });

/** One line of standard error, written over until the sample is complete. */
function showProgress({ drawn, accepted, n }: SampleProgress): void {
  const text = accepted === n ? "" : `${accepted} of ${n} accepted, ${drawn.toLocaleString("en")} drawn`;
  process.stderr.write(`\r\x1b[K${text}`);
}

/**
 * A RegNet's parameters and a drawn resolution come after the documented fields, where the space has them; then what
 * is not as in the paper's spaces, without which the JSON would be read back as another network.
 */
const record = (drawn: Sample<AnyArchitecture>) => {
  const { architecture, params, flops, acts } = drawn;
  if (!isAnyNet(architecture)) return { ...storeArchitecture(architecture), params, flops, acts };
  const { stages, parameters, resolution, block, stem, ...others } = architecture;
  return {
    stages,
    params,
    flops,
    acts,
    parameters,
    resolution,
    ...(block !== X && { block: block.name }),
    ...((stem.kind !== simpleStem.kind || stem.width !== simpleStem.width) && { stem }),
    ...others,
  };
};

const line = ({ architecture, params, flops, acts }: Sample<AnyArchitecture>) => {
  const { resolution } = architecture;
  const size = resolution && { resolution };
  if (!isAnyNet(architecture)) {
    return { architecture: describe(architecture), ...size, flops, params, acts };
  }
  const { stages, parameters } = architecture;
  return {
    ...(parameters && { d: parameters.depth, w0: parameters.w0, wa: parameters.wa, wm: parameters.wm }),
    ...size,
    depths: stages.map(s => s.depth).join(","),
    widths: stages.map(s => s.width).join(","),
    bottlenecks: stages.map(s => s.bottleneck).join(","),
    groupWidths: stages.map(s => s.groupWidth).join(","),
    flops,
    params,
    acts,
  };
};
