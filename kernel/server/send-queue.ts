/** One send at a time a socket: ZeroMQ sockets refuse a second while one waits. */

/** Anything that sends multipart messages. */
export interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

/** Sends in the order of the calls. */
export class SendQueue {
  readonly #socket: Sender;
  readonly #waiting: Uint8Array[][] = [];
  #pump: Promise<void> | undefined;

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  /** Queues a message. */
  send(frames: Uint8Array[]): void {
    this.#waiting.push(frames);
    this.#pump ??= this.#run();
  }

  /** Resolves when everything queued was handed to the socket. */
  async drained(): Promise<void> {
    await this.#pump;
  }

  async #run(): Promise<void> {
    try {
      // Index rather than shift: a cell may queue thousands of messages.
      for (let i = 0; i < this.#waiting.length; i++) await this.#socket.send(this.#waiting[i] ?? []);
    } catch {
      // The socket was closed under us; nobody is left to hear it.
    } finally {
      this.#waiting.length = 0;
      this.#pump = undefined;
    }
  }
}
