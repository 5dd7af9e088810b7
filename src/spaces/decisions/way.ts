/** One way through a program of choices: what was chosen, and the architecture that it makes. */
import type { Architecture } from "../../architectures/anynet/architecture.js";
import type { Question } from "./walker.js";

/** A decided architecture. `decode` brings it back from its `code` or its `choices`, both of which JSON can hold. */
export class Way<A = Architecture> {
  readonly architecture: A;
  /** The index of each chosen option, in the order in which the choices were asked for. */
  readonly code: readonly number[];
  /** The questions, for what changes an answer. */
  readonly questions: readonly Question[];

  /** Whose way it is. */
  readonly decisions: object;

  /**
   * Where all choices are free and there are not too many ways: its code as a number whose digits are the choices, the last one
   * counting fastest. −1 of one that was made before ways were remembered.
   */
  readonly place: number;

  constructor(
    architecture: A,
    code: readonly number[],
    questions: readonly Question[],
    decisions: object,
    place = -1,
  ) {
    this.place = place;
    this.architecture = architecture;
    this.code = code;
    this.questions = questions;
    this.decisions = decisions;
  }

  /** What was chosen, by name. */
  get choices(): Record<string, unknown> {
    return Object.fromEntries(this.questions.map(({ name, values }, i) => [name, values[this.code[i]]]));
  }
}
