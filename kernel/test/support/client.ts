/** A Jupyter client for tests: the real `jupyter_client`, behind a line of JSON. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { installKernelspec } from "../../install/kernelspec.js";
import { readLines } from "../../base/read-lines.js";
import { checkMessage } from "./schema.js";
import { HOSTED, repository } from "./repository.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A message as the client got it. */
export interface Received {
  channel: "shell" | "iopub" | "stdin" | "control";
  type: string;
  content: Record<string, unknown>;
  parent: string | undefined;
  header: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** Bytes beside the content. */
  buffers: Uint8Array[];
}

/** A request's reply with everything that was broadcast on its behalf, up to idle. */
export interface Answer {
  reply: Received;
  /** Broadcasts other than status and execute_input. */
  outputs: Received[];
  /** The types of all broadcasts. */
  broadcasts: string[];
}

const HERE = path.join(repository, "kernel", "test", "support");

/** The Python of the project's environment. */
export const python = path.join(repository, ".venv", "bin", "python");

/** Why tests that need Jupyter cannot run, or false when they can. */
export const withoutJupyter: string | false = existsSync(python)
  ? false
  : "needs Jupyter in .venv, which set-up makes";

/** An environment in which Jupyter finds the kernel of this tree, whatever else is registered. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  const prefix = temporaryFolder();
  installKernelspec({ ...HOSTED, prefix });
  return environmentOf(prefix);
}

/** An environment in which Jupyter finds the kernels below a prefix and keeps all its files there. */
export function environmentOf(prefix: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    JUPYTER_PATH: path.join(prefix, "share", "jupyter"),
    JUPYTER_DATA_DIR: path.join(prefix, "data"),
    IPYTHONDIR: prefix,
    JUPYTER_RUNTIME_DIR: path.join(prefix, "runtime"),
    PATH: `${path.dirname(python)}${path.delimiter}${process.env["PATH"]}`,
  };
}

/** Runs a program of the Python environment and returns what it prints. */
export function runPython(parts: string[], options: { input?: string; cwd?: string } = {}): string {
  const [program = "", ...rest] = parts;
  return execFileSync(path.join(path.dirname(python), program), rest, {
    encoding: "utf8",
    env: jupyterEnvironment(),
    stdio: ["pipe", "pipe", "pipe"],
    ...options,
  });
}

/** One kernel and one client of it. */
export class Client {
  readonly #bridge: ChildProcess;
  readonly #messages: Received[] = [];
  /** Where the kernel's ports and key are written. */
  connectionFile = "";
  readonly #waiting = new Set<() => void>();
  #events: { event: string; [key: string]: unknown }[] = [];

  /**
   * Starts the kernel in a folder and waits until it is ready; `manager` holds settings of KernelManager, and `other`
   * another kernel than this tree's, with the environment that Jupyter finds it in.
   */
  static async start(
    cwd: string = HERE,
    manager: Record<string, unknown> = {},
    other: { kernel: string; env: NodeJS.ProcessEnv } = { kernel: HOSTED.name, env: jupyterEnvironment() },
  ): Promise<Client> {
    const client = new Client(other.env);
    client.#command({ do: "start", kernel: other.kernel, cwd, manager });
    const { connection } = await client.#event("ready");
    client.connectionFile = String(connection);
    return client;
  }

  private constructor(env: NodeJS.ProcessEnv) {
    this.#bridge = spawn(python, [path.join(HERE, "bridge.py")], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (this.#bridge.stdout)
      readLines(this.#bridge.stdout, line => this.#line(JSON.parse(line) as { event: string }));
  }

  /** Sends a request and returns at once; its id names it later. `header` is added to the request's own. */
  send(
    type: string,
    content: object,
    channel: Received["channel"] = "shell",
    header: object = {},
    buffers: readonly Uint8Array[] = [],
  ): string {
    const id = randomUUID();
    const encoded = buffers.map(each => Buffer.from(each).toString("base64"));
    this.#command({ do: "send", channel, type, content, id, header, buffers: encoded });
    return id;
  }

  /** Sends frames as they are. */
  raw(channel: Received["channel"], frames: (string | Uint8Array)[]): void {
    this.#command({ do: "raw", channel, frames: frames.map(frame => Buffer.from(frame).toString("base64")) });
  }

  /** Waits for a request's reply and for its idle. */
  async answer(id: string): Promise<Answer> {
    const mine = (message: Received) => message.parent === id;
    const idle = await this.until(
      m => mine(m) && m.type === "status" && m.content["execution_state"] === "idle",
    );
    const reply = await this.until(m => mine(m) && m.type.endsWith("_reply") && m.channel !== "iopub");
    const before = this.#messages.slice(0, this.#messages.indexOf(idle) + 1);
    const broadcasts = before.filter(message => mine(message) && message.channel === "iopub");
    const outputs = broadcasts.filter(({ type }) => type !== "status" && type !== "execute_input");
    return { reply, outputs, broadcasts: broadcasts.map(({ type }) => type) };
  }

  /** Sends a request and waits for its answer. */
  async request(type: string, content: object, channel: Received["channel"] = "shell"): Promise<Answer> {
    return this.answer(this.send(type, content, channel));
  }

  /** Runs a cell. */
  async execute(code: string, options: object = {}): Promise<Answer> {
    return this.answer(this.send("execute_request", executeRequest(code, options)));
  }

  /** The first message that fits, waiting for it if need be. */
  async until(fits: (message: Received) => boolean): Promise<Received> {
    for (;;) {
      const found = this.#messages.find(fits);
      if (found) return found;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  /** Listens on a socket of its own; gives what the kernel says to it first. */
  async subscribe(topic: string): Promise<Received> {
    this.#command({ do: "subscribe", topic });
    return received({ channel: "iopub", ...(await this.#event("subscribed")) });
  }

  /** Waits until a cell has printed a text that fits. */
  async printed(id: string, text: RegExp): Promise<Received> {
    return this.until(
      ({ type, parent, content }) => type === "stream" && parent === id && text.test(String(content["text"])),
    );
  }

  /** All messages so far. */
  get messages(): readonly Received[] {
    return this.#messages;
  }

  /** The Stop button. */
  interrupt(): void {
    this.#command({ do: "interrupt" });
  }

  /** The Restart button. */
  async restart(): Promise<void> {
    this.#events = [];
    this.#command({ do: "restart" });
    await this.#event("ready");
  }

  /** Shuts the kernel down; tells whether it is alive nevertheless. */
  async shutdown(): Promise<boolean> {
    this.#command({ do: "shutdown" });
    const { alive } = await this.#event("down");
    return alive === true;
  }

  /** Ends kernel and client. */
  async close(): Promise<void> {
    const exit = once(this.#bridge, "exit");
    this.#bridge.stdin?.end();
    await exit;
  }

  #command(command: object): void {
    this.#bridge.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  #line(line: { event: string; [key: string]: unknown }): void {
    if (line.event === "message") this.#messages.push(received(line));
    else this.#events.push(line);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #event(name: string): Promise<{ [key: string]: unknown }> {
    for (;;) {
      const found = this.#events.find(({ event }) => event === name);
      if (found) return found;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }
}

/** Content of an execute_request. */
export function executeRequest(code: string, options: object = {}): object {
  return {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
    ...options,
  };
}

/** Every message the kernel sends is checked against the protocol as it comes. */
function received(line: Record<string, unknown>): Received {
  const message = line["message"] as Record<string, Record<string, unknown>>;
  const parent = message["parent_header"]?.["msg_id"];
  const out: Received = {
    channel: line["channel"] as Received["channel"],
    type: String(message["header"]?.["msg_type"]),
    content: message["content"] ?? {},
    parent: typeof parent === "string" ? parent : undefined,
    header: message["header"] ?? {},
    metadata: message["metadata"] ?? {},
    buffers: ((message["buffers"] ?? []) as unknown as string[]).map(each => Buffer.from(each, "base64")),
  };
  checkMessage({ ...out, parentHeader: message["parent_header"] ?? {} });
  return out;
}

/** Code cells of a notebook, not yet run. */
export const codeCells = (sources: readonly string[]): object[] =>
  sources.map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
