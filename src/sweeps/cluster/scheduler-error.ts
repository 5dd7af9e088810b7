/** What is thrown where a cluster's scheduler does not do as it is asked. */

/** The scheduler is not there, does not answer, or rejects; says what it said. */
export class SchedulerError extends Error {
  override readonly name = "SchedulerError";
}

/** A command that may have done what it was asked to, or not: it was cut off, or said something else than it does. */
export class UnclearAnswer extends SchedulerError {}
