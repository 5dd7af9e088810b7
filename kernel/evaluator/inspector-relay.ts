/**
 * Lets the front debug the main thread, which a debugger in that thread could not: it would stop with it. This runs
 * in the thread that listens to the front, and connects only when the front asks.
 *
 * V8's own inspector port would do the same, but any user of the machine can connect to a TCP port.
 */

import { Session } from "node:inspector";
import type { InspectorCall, InspectorMessage } from "../protocol/evaluator.js";

/** Hands the front's calls of the Chrome DevTools Protocol to V8, and V8's answers and events to the front. */
export class InspectorRelay {
  readonly #tell: (message: InspectorMessage) => void;
  #session: Session | undefined;
  #paused = false;

  /** @param tell hands a message to the front */
  constructor(tell: (message: InspectorMessage) => void) {
    this.#tell = tell;
  }

  /** Whether the main thread is stopped by the debugger: then nothing may break it but its resumption. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Makes one call; its answer carries the same id. */
  call({ id, method, params }: InspectorCall): void {
    if (method === "Relay.disconnect") {
      this.#session?.disconnect();
      this.#session = undefined;
      this.#paused = false;
      this.#tell({ id, result: {} });
      return;
    }
    this.#session ??= this.#connect();
    this.#session.post(method, params, (error: Error | null, result?: object) => {
      this.#tell(error ? { id, error: error.message } : { id, result: result ?? {} });
    });
  }

  #connect(): Session {
    const session = new Session();
    session.connectToMainThread();
    session.on("inspectorNotification", ({ method, params }) => {
      if (method === "Debugger.paused") this.#paused = true;
      if (method === "Debugger.resumed") this.#paused = false;
      const heard = worthTelling(method, (params ?? {}) as Record<string, unknown>);
      if (heard) this.#tell({ method, params: heard });
    });
    return session;
  }
}

/** Of scripts, which are many, the front needs the names of those that are not Node's own. */
function worthTelling(method: string, params: Record<string, unknown>): Record<string, unknown> | undefined {
  if (method === "Debugger.scriptFailedToParse") return undefined;
  if (method !== "Debugger.scriptParsed") return params;
  const { scriptId, url } = params;
  return String(url).startsWith("node:") || url === "" ? undefined : { scriptId, url };
}
