/** JSON-RPC over a pair of streams, framed as language servers do. */

import type { Readable, Writable } from "node:stream";

interface Incoming {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/** Answers a request of the other side. */
export type RequestHandler = (method: string, params: unknown) => unknown;

const SEPARATOR = "\r\n\r\n";

/** One end of a connection. */
export class JsonRpc {
  readonly #output: Writable;
  readonly #handler: RequestHandler;
  readonly #pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  #buffer: Buffer = Buffer.alloc(0);
  #lastId = 0;

  constructor(input: Readable, output: Writable, handler: RequestHandler) {
    this.#output = output;
    this.#handler = handler;
    input.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** Asks; rejects when the other side reports an error or the connection closes. */
  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  /** Tells. */
  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** Rejects everything that is still asked. */
  close(reason: string): void {
    for (const { reject } of this.#pending.values()) reject(new Error(reason));
    this.#pending.clear();
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#output.write(`Content-Length: ${Buffer.byteLength(body)}${SEPARATOR}${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf(SEPARATOR);
      if (head < 0) return;
      const length = Number(/Content-Length: *(\d+)/i.exec(this.#buffer.subarray(0, head).toString())?.[1]);
      const start = head + SEPARATOR.length;
      if (this.#buffer.length < start + length) return;
      const body = this.#buffer.subarray(start, start + length).toString();
      this.#buffer = this.#buffer.subarray(start + length);
      this.#dispatch(JSON.parse(body) as Incoming);
    }
  }

  #dispatch({ id, method, params, result, error }: Incoming): void {
    if (method !== undefined) {
      const answer = this.#handler(method, params);
      if (id !== undefined) this.#send({ id, result: answer ?? null });
      return;
    }
    const waiting = this.#pending.get(Number(id));
    this.#pending.delete(Number(id));
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}
