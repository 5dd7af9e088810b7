/** `netspace complexity MODEL`: what a published network costs. */
import { Command } from "commander";
import { build } from "../networks/architecture.js";
import { complexity, complexityByStage } from "../networks/complexity.js";
import { zoo } from "../networks/zoo.js";
import { count } from "./options.js";
import { metric, printJson, printLine, printTable } from "./print.js";

export const complexityCommand = (): Command =>
  new Command("complexity")
    .description("params, flops and acts of a published network")
    .argument("<model>", "a network of the zoo, for example RegNetX-200MF")
    .option("--resolution <pixels>", "height and width of the image (default: the network's own)", count)
    .option("--json", "print JSON")
    .action((model: string, options: { resolution?: number; json?: boolean }) => {
      const entry = zoo(model);
      const resolution = options.resolution ?? entry.resolution;
      const network = build(entry.architecture);
      const { params, flops, acts } = complexity(network, resolution);
      if (options.json) return printJson({ model, resolution, params, flops, acts });
      printLine(`${model} at ${resolution} × ${resolution}`);
      const parts = [...complexityByStage(network, resolution), ["total", { params, flops, acts }] as const];
      printTable(
        parts.map(([part, cost]) => ({ part, flops: cost.flops, params: cost.params, acts: cost.acts })),
      );
      printLine(`${metric(flops)} flops, ${metric(params)} params, ${metric(acts)} acts`);
    });
