/**
 * A kernel with an interpreter of its own, which knows no TypeScript: a cell's value is its text in capitals, and a cell
 * that asks is answered. Started as the kernel is; the last argument is the connection file.
 */

import { report } from "../../cells/report.js";
import type { CommCommand, DoneEvent, ExecuteCommand } from "../../protocol/evaluator.js";
import type { Interpreter, InterpreterListener } from "../../protocol/interpreter.js";
import { readConnection } from "../../server/connection.js";
import { Kernel } from "../../server/kernel.js";

class Shouting implements Interpreter {
  readonly #listener: InterpreterListener;
  #asking: { command: ExecuteCommand; resolve: (done: DoneEvent) => void } | undefined;

  constructor(listener: InterpreterListener) {
    this.#listener = listener;
  }

  start(): void {
    this.#listener.started?.();
  }

  execute(command: ExecuteCommand): Promise<DoneEvent> {
    const { id, code } = command;
    return new Promise(resolve => {
      if (code === "ask") {
        this.#asking = { command, resolve };
        this.#listener.output({ type: "input", id, prompt: "what? ", password: false });
        return;
      }
      resolve(this.#shout(command, code));
    });
  }

  #shout({ id }: ExecuteCommand, text: string): DoneEvent {
    this.#listener.output({ type: "stream", id, name: "stdout", text: `${text.length} letters\n` });
    this.#listener.output({ type: "result", id, data: { "text/plain": text.toUpperCase() }, metadata: {} });
    return { type: "done", id, userExpressions: {} };
  }

  answer(text: string): void {
    const asking = this.#asking;
    if (!asking) return;
    this.#asking = undefined;
    asking.resolve(this.#shout(asking.command, text));
  }

  interrupt(): void {
    const asking = this.#asking;
    this.#asking = undefined;
    const error = report("Hushed", "no more of this");
    asking?.resolve({ type: "done", id: asking.command.id, userExpressions: {}, error });
  }

  async deliver(command: CommCommand): Promise<void> {
    this.#listener.comm?.({ type: "comm", id: command.id, origin: 0, message: command.message });
  }

  inspect(): void {}
  restart(): void {
    this.#listener.ended?.(true);
    this.start();
  }
  stop(): void {}
}

const kernel = new Kernel({
  connection: readConnection(process.argv.at(-1) ?? ""),
  folder: process.cwd(),
  log: line => void process.stderr.write(`${line}\n`),
  typecheck: "off",
  interpreter: (_, listener) => new Shouting(listener),
});
await kernel.run();
process.exit(0);
