/** How a sweep is run, which is no part of what it finds out: workers, limits, devices, and the cluster. */
import type * as z from "zod";
import { once } from "../base/once.js";
import { zod } from "../base/node/zod.js";

/** Processes of a sweep, and threads of a training: beyond this machines run out of them before they run out of cores. */
const MOST_WORKERS = 4096;
/** Seconds that the clock of one training can count: 24 days. */
const MOST_SECONDS = 2_000_000;
const MOST_RETRIES = 1000;

export const runSchema = once(() => {
  const z = zod();
  const device = z.custom<"cpu" | "cuda" | `cuda:${number}`>(
    value => typeof value === "string" && /^(cpu|cuda(:\d+)?)$/.test(value),
    { error: 'expected "cpu", "cuda" or "cuda:N"' },
  );

  return z.strictObject({
    /** Trainings at once. Default: one a core unless another split measures faster; one a device where devices are given. */
    workers: z.int().positive().max(MOST_WORKERS).optional(),
    /** Threads of each training. Default: cores / workers. */
    threads: z.int().positive().max(MOST_WORKERS).optional(),
    /** Where to train; workers are dealt out to them in turn, so that several may share a GPU. Default: the CPU. */
    devices: z.array(device).min(1).max(MOST_WORKERS).optional(),
    /** Longest time of one training, seconds. Default: none. */
    timeLimit: z.number().positive().max(MOST_SECONDS).optional(),
    /** Most memory of one worker process, bytes. Default: none. */
    memoryLimit: z.number().positive().optional(),
    /** How often a trial whose worker crashed is tried again. Default 1. */
    retries: z.int().nonnegative().max(MOST_RETRIES).optional(),
    /** Evaluate the test split as often as the validation split, as tables want it; changes no outcome. Default: at the end. */
    testAlong: z.boolean().optional(),
    slurm: z
      .strictObject({
        partition: z.string().min(1).optional(),
        account: z.string().min(1).optional(),
        /** Tasks of the job array; each trains the trials that fall to it. Default: one per trial. */
        tasks: z.int().positive().optional(),
        /** Tasks that may run at once. Default: as many as the cluster gives. */
        concurrency: z.int().positive().optional(),
        /** Longest time of one task, in Slurm's form: minutes, or hours:minutes:seconds. Default: the partition's. */
        time: z
          .string()
          .regex(/^(\d+|\d+:\d\d|\d+:\d\d:\d\d|\d+-\d+(:\d\d){0,2})$/, {
            error: 'expected a time in Slurm\'s form, such as "90" (minutes) or "1:30:00"',
          })
          .optional(),
        cpus: z.int().positive().optional(),
        gpus: z.int().positive().optional(),
        /** In Slurm's form, for example `"4G"`. */
        memory: z
          .string()
          .regex(/^\d+[KMGT]?$/, { error: 'expected a memory size in Slurm\'s form, such as "4G"' })
          .optional(),
      })
      .optional(),
  });
});

/** How a sweep is run. */
export interface RunSpec {
  /** Trainings at once. Default: one a core unless another split measures faster; one a device where devices are given. */
  readonly workers?: number | undefined;
  /** Threads of each training. Default: cores / workers. */
  readonly threads?: number | undefined;
  /** Where to train; workers are dealt out to them in turn, so that several may share a GPU. Default: the CPU. */
  readonly devices?: readonly ("cpu" | "cuda" | `cuda:${number}`)[] | undefined;
  /** Longest time of one training, seconds. Default: none. */
  readonly timeLimit?: number | undefined;
  /** Most memory of one worker process, bytes. Default: none. */
  readonly memoryLimit?: number | undefined;
  /** How often a trial whose worker crashed is tried again. Default 1. */
  readonly retries?: number | undefined;
  /** Evaluate the test split as often as the validation split, as tables want it; changes no outcome. Default: at the end. */
  readonly testAlong?: boolean | undefined;
  /** The job array that `--on slurm` submits. */
  readonly slurm?: SlurmSpec | undefined;
}

/** A job array on a cluster. */
interface SlurmSpec {
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  /** Tasks of the job array; each trains the trials that fall to it. Default: one per trial. */
  readonly tasks?: number | undefined;
  /** Tasks that may run at once. Default: as many as the cluster gives. */
  readonly concurrency?: number | undefined;
  /** Longest time of one task, in Slurm's form: minutes, or hours:minutes:seconds. Default: the partition's. */
  readonly time?: string | undefined;
  readonly cpus?: number | undefined;
  readonly gpus?: number | undefined;
  /** In Slurm's form, for example `"4G"`. */
  readonly memory?: string | undefined;
}

/** What the schema takes; a field that is not in both does not compile. */
type Written = z.input<ReturnType<typeof runSchema>>;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
true satisfies Same<keyof RunSpec, keyof Written>;
true satisfies Same<keyof SlurmSpec, keyof NonNullable<Written["slurm"]>>;
true satisfies Written extends RunSpec ? true : never;
