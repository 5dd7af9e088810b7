/** Code that a debugging client sends, evaluated in the program that is debugged. */

import type { Debugger as V8, Runtime } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { DapError } from "../protocol/dap.js";
import { describe } from "./describe.js";
import type { InspectorClient } from "./inspector-client.js";
import { OBJECT_GROUP } from "./variables.js";

/** Code that a client sends may keep the thread so long, in milliseconds; nothing else could stop it. */
const EVALUATION_MS = 5000;
/** What it leaves to a promise is waited for so long. */
const PROMISE_MS = 2000;

/** Evaluates JavaScript. What it throws is a DapError. */
export class Evaluation {
  readonly #inspector: InspectorClient;

  constructor(inspector: InspectorClient) {
    this.#inspector = inspector;
  }

  /** What an expression gives in a function on the stack; `returnByValue` makes it a copy that JSON can say. */
  async inFrame(
    { callFrameId }: V8.CallFrame,
    expression: string,
    returnByValue = false,
  ): Promise<Runtime.RemoteObject> {
    return valueOf(
      await this.#inspector.call("Debugger.evaluateOnCallFrame", {
        callFrameId,
        expression,
        objectGroup: OBJECT_GROUP,
        generatePreview: !returnByValue,
        returnByValue,
        timeout: EVALUATION_MS,
      }),
    );
  }

  /**
   * What an expression gives in the global scope, or what its promise does. While the program is stopped no promise
   * settles, and none need ever do: one that does not soon is the value itself.
   */
  async globally(expression: string, isStopped: boolean): Promise<Runtime.RemoteObject> {
    const shown = { objectGroup: OBJECT_GROUP, generatePreview: true };
    const result = valueOf(
      await this.#inspector.call("Runtime.evaluate", { expression, timeout: EVALUATION_MS, ...shown }),
    );
    const { subtype, objectId: promiseObjectId } = result;
    if (isStopped || subtype !== "promise") return result;
    const settled = this.#inspector.call<Runtime.AwaitPromiseReturnType>("Runtime.awaitPromise", {
      promiseObjectId,
      generatePreview: true,
    });
    const patience = new AbortController();
    const late = sleep(PROMISE_MS, undefined, patience).catch(() => undefined);
    try {
      const answer = await Promise.race([settled, late]);
      return answer ? valueOf(answer) : result;
    } finally {
      patience.abort();
    }
  }

  /** A copy of an object that JSON can say. */
  async copy({ objectId }: Runtime.RemoteObject): Promise<unknown> {
    const { result } = await this.#inspector.call<Runtime.CallFunctionOnReturnType>(
      "Runtime.callFunctionOn",
      { objectId, functionDeclaration: "function () { return this }", returnByValue: true },
    );
    return result.value;
  }
}

function valueOf({
  result,
  exceptionDetails,
}: {
  result: Runtime.RemoteObject;
  exceptionDetails?: Runtime.ExceptionDetails;
}): Runtime.RemoteObject {
  if (!exceptionDetails) return result;
  const { exception, text } = exceptionDetails;
  throw new DapError(exception ? describe(exception) : text);
}
