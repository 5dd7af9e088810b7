/** What the engine and its training process say to each other. */
import type { Dataset } from "../../dataset.js";
import type { EpochReport, TrainingResult } from "../../engine.js";
import type { TrainingJob } from "./trainer.js";

/** Which split. */
export type SplitName = "train" | "validation" | "test";

/** The arrays of a dataset; there may be no validation split. */
export type DatasetPart = `${SplitName}.${"images" | "labels"}`;

/** A dataset without its arrays, which follow in pieces: one message could not hold those of a large one. */
export interface DatasetHeader extends Omit<Dataset, SplitName> {
  readonly splits: readonly SplitHeader[];
}

export interface SplitHeader {
  readonly name: SplitName;
  readonly count: number;
  /** Bytes of its images. */
  readonly bytes: number;
  /** Bytes a label. */
  readonly labelBytes: number;
}

export type ToWorker =
  | { readonly type: "dataset"; readonly id: number; readonly header: DatasetHeader }
  | {
      readonly type: "bytes";
      readonly id: number;
      readonly part: DatasetPart;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | { readonly type: "forget"; readonly id: number }
  /** `cancelled`: stopped before it began; it ends with the weights it was given. */
  | {
      readonly type: "train";
      readonly job: TrainingJob;
      readonly dataset: number;
      readonly cancelled: boolean;
    }
  | { readonly type: "cancel" };

export type FromWorker =
  /** `description`: what computes, for people. */
  | { readonly type: "ready"; readonly description: string }
  | { readonly type: "steps"; readonly first: number; readonly losses: Float32Array }
  | { readonly type: "epoch"; readonly report: EpochReport }
  | { readonly type: "ended"; readonly result: TrainingResult }
  | { readonly type: "failed"; readonly name: string; readonly message: string };
