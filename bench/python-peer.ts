/** A program of `bench/` in Python that answers one line of JSON with another. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../src/base/node/paths.js";
import { findPython } from "../src/cli/python.js";

/** In a process of its own, which does nothing between an answer and the next line. */
export class PythonPeer {
  readonly #program: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** @param environment variables that it has besides this process's */
  constructor(program: string, environment: NodeJS.ProcessEnv = {}) {
    this.#program = program;
    this.#child = spawn(findPython(), [join(packageRoot, "bench", program)], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask<T>(command: object): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`bench: ${this.#program} ended early; its own message is above`);
    return JSON.parse(value) as T;
  }

  end(): void {
    this.#child.stdin!.end();
  }
}
