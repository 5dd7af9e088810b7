/** One of our processes in `trainPopulation`: trains each network it is sent, and says when it is done. */
import type { DatasetHandle } from "../src/training/engines/torch/addon.js";
import { type Job, Ours, uploadNoise } from "./training-sides.js";

let data: DatasetHandle | undefined;

async function train(job: Job & { readonly steps: number }): Promise<void> {
  data ??= await uploadNoise(job.resolution, job.network.classes, job.device);
  const ours = await Ours.prepare(job, data);
  await ours.train(job.steps);
  ours.dispose();
  process.send!("done");
}

process.on("message", (job: Job & { readonly steps: number }) => {
  train(job).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
