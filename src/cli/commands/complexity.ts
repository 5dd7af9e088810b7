/** `netspace complexity MODEL`: what a network costs. */
import { basename } from "node:path";
import { Command, Option } from "commander";
import { build } from "../../architectures/build.js";
import type { AnyArchitecture } from "../../architectures/family.js";
import { complexity, complexityByStage } from "../../networks/complexity.js";
import type { Network } from "../../networks/network.js";
import type { CountOptions } from "../../networks/taps.js";
import { zoo } from "../../architectures/zoo.js";
import { isNetwork } from "../../training/network-for.js";
import { count } from "../options.js";
import { metric, printJson, printLine, printTable } from "../print.js";
import { readModel } from "../read-model.js";

export const complexityCommand = (): Command =>
  new Command("complexity")
    .description("params, flops and acts of a network")
    .argument(
      "<model>",
      "a network of the zoo, for example RegNetX-200MF, or a JSON file with a network or a sampled architecture",
    )
    .option(
      "--resolution <pixels>",
      "height and width of the image (default: the network's own, or 224)",
      count,
    )
    .addOption(
      new Option("--taps <which>", "of convolutions: all count as flops, or those inside the image")
        .choices(["all", "inside"] satisfies CountOptions["taps"][])
        .default("all"),
    )
    .option("--json", "print JSON")
    .action((model: string, options: CountOptions & { resolution?: number; json?: boolean }) => {
      const [network, resolution] = networkOf(model, options.resolution);
      const { taps } = options;
      const { params, flops, acts } = complexity(network, resolution, { taps });
      if (options.json) return printJson({ model, resolution, params, flops, acts });
      printLine(`${model} at ${resolution} × ${resolution}`);
      const parts = [
        ...complexityByStage(network, resolution, { taps }),
        ["total", { params, flops, acts }] as const,
      ];
      printTable(
        parts.map(([part, cost]) => ({ part, flops: cost.flops, params: cost.params, acts: cost.acts })),
      );
      printLine(`${metric(flops)} flops, ${metric(params)} params, ${metric(acts)} acts`);
    });

/** The resolution of a network that names none: ImageNet's. */
const USUAL_RESOLUTION = 224;

/** The network that is meant, and the resolution that it is counted at. */
function networkOf(text: string, asked: number | undefined): [Network, number] {
  const model = readModel("complexity", text);
  if (typeof model !== "string" && isNetwork(model)) return [model, asked ?? USUAL_RESOLUTION];
  const { architecture, resolution = USUAL_RESOLUTION } =
    typeof model === "string"
      ? zoo<AnyArchitecture>(model)
      : { architecture: { name: basename(text, ".json"), ...model }, resolution: model.resolution };
  const size = asked ?? resolution;
  // Built for these images, so that a family says itself what does not fit them.
  return [build({ ...architecture, resolution: size }), size];
}
