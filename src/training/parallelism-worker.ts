/** A worker of `measureParallelism`: prepares a model once it knows what to train, trains once it knows for how long. */
import { Model } from "./engines/torch/model.js";
import type { WorkerCommand } from "./parallelism.js";

/** Steps between two looks at the clock. */
const chunk = 4;

let step: ((runs: number) => Promise<Float64Array>) | undefined;
let batch = 0;

async function obey(command: WorkerCommand): Promise<number> {
  if ("network" in command) {
    const { network, precision, threads, resolution } = command;
    const model = await Model.create(network, { precision, threads });
    batch = command.batch;
    step = runs => model.time({ batch, resolution, training: true, warmUp: 0, runs });
    await step(chunk);
    return 0;
  }
  const began = performance.now();
  let images = 0;
  while (performance.now() - began < 1000 * command.seconds) {
    images += batch * (await step!(chunk)).length;
  }
  return (1000 * images) / (performance.now() - began);
}

process.on("message", (command: WorkerCommand) => {
  obey(command).then(
    answer => process.send!(answer),
    (error: Error) => {
      process.stderr.write(`${error.name}: ${error.message}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
