/**
 * A kernel's process as the test starts it, and a client of bare sockets: for what no launcher does, such as a standard
 * error that breaks, and for messages that no client sends.
 */

import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { hostArguments } from "../../hosts/hosts.js";
import { endpoint, readConnection } from "../../server/connection.js";
import type { Message } from "../../protocol/messages.js";
import { SendQueue } from "../../server/send-queue.js";
import { Wire } from "../../protocol/wire.js";
import { executeRequest } from "./client.js";
import { HOSTED, repository } from "./repository.js";
import { temporaryFolder } from "./temporary-folder.js";

/** How to start a kernel. */
export interface BareOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  stdio?: StdioOptions;
  /** A program, with its arguments, that starts the kernel's command, which is added; the command itself if left out. */
  launcher?: string[];
  /** The arguments that name hosts; those of the repository's own kernelspec if left out. */
  hosts?: readonly string[];
}

export type Channel = "shell" | "control" | "stdin";
export interface Heard extends Message {
  channel: Channel | "iopub";
}

const MAIN = path.join(repository, "dist", "kernel", "main.js");
let ports = 0;

/** A kernel and its one client. */
export class BareKernel {
  readonly folder = temporaryFolder();
  /** The launcher, where there is one. */
  readonly process: ChildProcess;
  readonly heard: Heard[] = [];
  readonly #wire: Wire;
  readonly #key: string;
  readonly #sockets: Record<Channel, Dealer>;
  readonly #queues: Record<Channel, SendQueue>;
  readonly #iopub = new Subscriber({ linger: 0 });
  readonly #waiting = new Set<() => void>();
  #told = "";

  constructor({
    cwd = this.folder,
    env = {},
    stdio = ["ignore", "ignore", "pipe"],
    launcher = [],
    hosts = hostArguments(HOSTED.hosts),
  }: BareOptions = {}) {
    const file = path.join(this.folder, "connection.json");
    const port = (): number => ++ports;
    const connection = {
      transport: "ipc",
      ip: path.join(this.folder, "kernel"),
      shell_port: port(),
      iopub_port: port(),
      stdin_port: port(),
      control_port: port(),
      hb_port: port(),
      key: randomUUID(),
      signature_scheme: "hmac-sha256",
    };
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const [command, ...args] = [...launcher, process.execPath, MAIN, ...hosts, file];
    const { JPY_PARENT_PID: _, ...own } = process.env;
    this.process = spawn(command, args, {
      cwd,
      stdio,
      env: { ...own, NETSPACE_HISTORY: path.join(this.folder, "history.sqlite"), ...env },
    });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#told += text;
      this.#wake();
    });
    this.process.once("exit", () => this.#wake());
    const read = readConnection(file);
    this.#key = read.key;
    this.#wire = new Wire(read.key, read.hash);
    const identity = randomUUID();
    const socket = (name: Channel): Dealer => {
      const dealer = new Dealer({ linger: 0, routingId: identity, sendHighWaterMark: 0 });
      dealer.connect(endpoint(read, name));
      void this.#listen(name, dealer);
      return dealer;
    };
    this.#sockets = { shell: socket("shell"), control: socket("control"), stdin: socket("stdin") };
    const { shell, control, stdin } = this.#sockets;
    this.#queues = {
      shell: new SendQueue(shell),
      control: new SendQueue(control),
      stdin: new SendQueue(stdin),
    };
    this.#iopub.connect(endpoint(read, "iopub"));
    this.#iopub.subscribe();
    void this.#listen("iopub", this.#iopub);
  }

  /** What the kernel has written to its standard error. */
  get told(): string {
    return this.#told;
  }

  /** The kernel's own process id, which a launcher's is not. */
  async pid(): Promise<number> {
    const { content } = await this.ask("usage_request", {}, "control");
    return Number(content["pid"]);
  }

  /** Waits until broadcasts are heard and the evaluator is ready. */
  async ready(): Promise<this> {
    await this.until(({ header }) => header.msg_type === "iopub_welcome");
    await this.execute("1");
    return this;
  }

  /** Sends a request; `header` is put over its own. @returns its id */
  send(type: string, content: object, channel: Channel = "shell", header: object = {}): string {
    const id = randomUUID();
    const frames = this.#wire.encode({ type, content, id });
    frames[2] = Buffer.from(JSON.stringify({ ...(JSON.parse(String(frames[2])) as object), ...header }));
    this.#send(channel, frames);
    return id;
  }

  /** Sends a request whose frames (2: header, 3: parent, 4: metadata, 5: content) are replaced by texts. @returns its id */
  sendText(type: string, texts: Record<number, string>, channel: Channel = "shell"): string {
    const id = randomUUID();
    const frames = this.#wire.encode({ type, content: {}, id });
    for (const [at, text] of Object.entries(texts)) frames[Number(at)] = Buffer.from(text);
    this.#send(channel, frames);
    return id;
  }

  #send(channel: Channel, frames: Uint8Array[]): void {
    const hmac = createHmac("sha256", this.#key);
    for (const part of frames.slice(2, 6)) hmac.update(part);
    frames[1] = Buffer.from(hmac.digest("hex"));
    this.#queues[channel].send(frames);
  }

  /** Sends a request and waits for its reply. */
  async ask(type: string, content: object, channel: Channel = "shell", header: object = {}): Promise<Heard> {
    return this.reply(this.send(type, content, channel, header));
  }

  /** The reply to a request. */
  async reply(id: string): Promise<Heard> {
    return this.until(
      ({ parentHeader, header, channel }) =>
        channel !== "iopub" && parentHeader.msg_id === id && header.msg_type.endsWith("_reply"),
    );
  }

  /** Runs a cell without waiting for it. @returns its id */
  start(code: string, options: object = {}, header: object = {}): string {
    return this.send("execute_request", executeRequest(code, options), "shell", header);
  }

  /** Runs a cell; gives the reply's content. */
  async execute(code: string, options: object = {}): Promise<Record<string, unknown>> {
    const id = this.start(code, options);
    const { content } = await this.reply(id);
    await this.until(
      ({ header, parentHeader, content: { execution_state: state } }) =>
        header.msg_type === "status" && parentHeader.msg_id === id && state === "idle",
    );
    return content;
  }

  /** What a cell has printed. */
  printed(id: string): string {
    return this.heard
      .filter(({ header, parentHeader }) => header.msg_type === "stream" && parentHeader.msg_id === id)
      .map(({ content }) => String(content["text"]))
      .join("");
  }

  /** Waits until a cell has printed a text. */
  async prints(id: string, text: string | RegExp): Promise<string> {
    await this.#wait(() => this.printed(id).search(text) >= 0);
    return this.printed(id);
  }

  /** Waits until the kernel's standard error says something. */
  async tells(text: string | RegExp): Promise<void> {
    await this.#wait(() => this.#told.search(text) >= 0);
  }

  /** The first message that fits, waiting for it if need be. */
  async until(fits: (message: Heard) => boolean): Promise<Heard> {
    let found: Heard | undefined;
    await this.#wait(() => (found = this.heard.find(fits)) !== undefined);
    return found as unknown as Heard;
  }

  /** Waits for the process's end. @returns its exit code or signal */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
    return this.process.exitCode ?? this.process.signalCode;
  }

  /** Ends whatever is left. */
  async close(): Promise<void> {
    this.process.kill("SIGTERM");
    const patience = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
    await this.ended();
    clearTimeout(patience);
    for (const socket of [...Object.values(this.#sockets), this.#iopub]) socket.close();
  }

  async #wait(until: () => boolean): Promise<void> {
    while (!until()) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(
          `the kernel has ended (${this.process.exitCode ?? this.process.signalCode}): ${this.#told}`,
        );
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #listen(channel: Heard["channel"], socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      this.heard.push({ channel, ...this.#wire.decode(frames) });
      this.#wake();
    }
  }
}

/** Whether a process is there and more than a corpse that nobody has buried. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
