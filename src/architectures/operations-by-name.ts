/** The operations of a family's parts: built in, and then known by name, or the user's, `{ name, build }`. */
import { isObject, say } from "../base/say.js";
import { NetworkError } from "../networks/shape.js";

/** An operation of one's own, as far as any family asks. */
interface Operation {
  readonly name: string;
}

/** A part of a stored architecture, with its operation's name. */
interface Stored {
  readonly operation: unknown;
}

/** What can be asked of the operations that a family has built in. */
export class OperationsByName<O extends Operation> {
  readonly #builtIn: Readonly<Record<string, O>>;
  readonly #names: readonly string[];

  constructor(builtIn: Readonly<Record<string, O>>) {
    this.#builtIn = builtIn;
    this.#names = Object.keys(builtIn);
  }

  isBuiltIn(operation: O): boolean {
    return Object.hasOwn(this.#builtIn, operation.name) && this.#builtIn[operation.name] === operation;
  }

  /** The place of an operation among the built-in ones, by its name; −1 of one's own. */
  placeOf(operation: O): number {
    return this.#names.indexOf(operation.name);
  }

  /**
   * The name of an operation, which may be anything.
   *
   * @param at the part that it is of
   * @throws NetworkError for what is no operation, and for another one under a built-in's name
   */
  check(caller: string, at: string, operation: unknown): string {
    const known = this.#names.join(", ");
    if (typeof operation === "string") {
      if (Object.hasOwn(this.#builtIn, operation)) return operation;
      throw new NetworkError(
        `${caller}: ${at}: unknown operation ${say(operation)}; known are ${known}, or give one of your own, { name, build }`,
      );
    }
    const { name, build } = (isObject(operation) ? operation : {}) as Partial<Record<string, unknown>>;
    if (typeof name !== "string" || name === "" || typeof build !== "function") {
      throw new NetworkError(
        `${caller}: ${at}: operation must be one of ${known}, or { name, build }, got ${say(operation)}`,
      );
    }
    if (!Object.hasOwn(this.#builtIn, name) || this.#builtIn[name] === operation) return name;
    throw new NetworkError(
      `${caller}: ${at}: operation "${name}" has the name of a built-in operation and is another; give yours a name of its own`,
    );
  }

  /**
   * A part of an architecture as JSON has it, with an operation of the user's in place of its name.
   *
   * @throws RangeError for a name that is neither built in nor one of theirs
   */
  revived<P extends Stored>(part: P, own: readonly Operation[]): P {
    // What is no part is said by who checks the architecture.
    const name = (part as P | null | undefined)?.operation;
    if (typeof name !== "string" || Object.hasOwn(this.#builtIn, name)) return part;
    const mine = own.find(code => code.name === name && "build" in code);
    if (mine) return { ...part, operation: mine };
    const known = [...this.#names, ...own.map(code => code.name)].join(", ");
    throw new RangeError(
      `reviveArchitecture: unknown operation ${say(name)}; known are ${known}. Give another one itself: reviveArchitecture(stored, [operation])`,
    );
  }

  /** Whether all of these parts of a stored architecture come back without the user's code. */
  areWhole(parts: unknown): boolean {
    if (!Array.isArray(parts)) return true;
    return (parts as readonly Stored[]).every(({ operation }) =>
      Object.hasOwn(this.#builtIn, String(operation)),
    );
  }
}
