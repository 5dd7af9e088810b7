/// <reference types="node" preserve="true" />
/** Sweeps: populations sampled and trained, here or by a cluster, planned beforehand and trained again. */
export type { Submission } from "./cluster/cluster-queue.js";
export {
  cancelSweep,
  type ClusterTask,
  type SweepStatus,
  submitSweep,
  sweepStatus,
} from "./cluster/cluster-sweep.js";
export { SchedulerError } from "./cluster/scheduler-error.js";
export type { Images } from "./images-of.js";
export type { Labels } from "../trials/store/labels.js";
export { labelSweep, type LabelOptions } from "./label-sweep.js";
export { listSweeps, type ListedSweep, type ListOptions } from "./list-sweeps.js";
export {
  fitThroughput,
  type Measured,
  makespan,
  measuredIn,
  measuredOnV100,
  type PlanOptions,
  planSweep,
  type SweepPlan,
  type ThroughputModel,
} from "./plan-sweep.js";
export { type Retrained, type RetrainOptions, retrain, seedNoise } from "./retrain.js";
export { sweep, type SweepOptions } from "./sweep.js";
export { type Verified, verifyPopulation, type VerifyOptions } from "./verify-population.js";
