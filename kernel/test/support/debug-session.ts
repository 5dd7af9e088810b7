/**
 * A debugging client for tests: requests on the control channel, events on iopub, as JupyterLab sends them, through
 * jupyter_client.
 */

import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";
import { type Answer, Client, executeRequest, type Received } from "./client.js";

export type Body = Record<string, unknown>;

export interface Variable {
  name: string;
  value: string;
  type: string;
  variablesReference: number;
}

export interface Frame {
  id: number;
  name: string;
  line: number;
  column: number;
  source: { path: string };
}

/** Variables as a client shows them. */
export const values = (variables: Variable[]): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

/** A cell's result as text. */
export const shown = ({ outputs }: Answer): unknown =>
  (outputs.find(({ type }) => type === "execute_result")?.content["data"] as Body | undefined)?.[
    "text/plain"
  ];

/**
 * A kernel for the tests of a `describe`, and what a client does with its debugger. Each test begins without a debugger,
 * and with no event told yet.
 *
 * @param folder the notebook's
 */
export function debugSession(folder?: string) {
  let client: Client;
  let seq = 0;
  /** Events told so far, which `event` does not give again. */
  const told = new Set<Received>();

  before(async () => {
    client = await Client.start(folder);
  });
  after(() => client.close());
  beforeEach(async () => {
    await respond("disconnect");
    for (const message of client.messages) if (message.type === "debug_event") told.add(message);
  });

  const respond = async (command: string, args: object = {}): Promise<Body> => {
    const request = { type: "request", seq: ++seq, command, arguments: args };
    const { reply } = await client.request("debug_request", request, "control");
    assert.equal(reply.channel, "control");
    assert.equal(reply.content["type"], "response");
    assert.equal(reply.content["request_seq"], seq);
    assert.equal(reply.content["command"], command);
    return reply.content;
  };
  const ask = async (command: string, args: object = {}): Promise<Body> => {
    const response = await respond(command, args);
    assert.equal(response["success"], true, `${command}: ${String(response["message"])}`);
    return response["body"] as Body;
  };
  const refusal = async (command: string, args: object = {}): Promise<string> => {
    const response = await respond(command, args);
    assert.equal(response["success"], false);
    return String(response["message"]);
  };
  const event = async (name: string): Promise<Body> => {
    const found = await client.until(
      message => message.type === "debug_event" && message.content["event"] === name && !told.has(message),
    );
    told.add(found);
    assert.equal(found.channel, "iopub");
    return found.content["body"] as Body;
  };
  const attach = async (): Promise<void> => {
    await ask("initialize", { clientID: "test", linesStartAt1: true, columnsStartAt1: true });
    await ask("attach");
  };
  const dump = async (code: string): Promise<string> =>
    String((await ask("dumpCell", { code }))["sourcePath"]);
  const setBreakpoints = async (file: string, breakpoints: object[]): Promise<Body[]> =>
    (await ask("setBreakpoints", { source: { path: file }, breakpoints }))["breakpoints"] as Body[];
  const stack = async (): Promise<Frame[]> =>
    (await ask("stackTrace", { threadId: 1 }))["stackFrames"] as Frame[];
  const places = async (): Promise<string[]> => (await stack()).map(({ name, line }) => `${name}:${line}`);
  const parts = async (variablesReference: number): Promise<Variable[]> =>
    (await ask("variables", { variablesReference }))["variables"] as Variable[];
  const scope = async (frame: Frame | undefined, name: string): Promise<Record<string, string>> => {
    const scopes = (await ask("scopes", { frameId: frame?.id }))["scopes"] as Variable[];
    const found = scopes.find(each => each.name === name);
    assert.ok(found, `no scope ${name} among ${scopes.map(each => each.name).join(", ")}`);
    return values(await parts(found.variablesReference));
  };
  /** Runs a cell without waiting for it; gives its request's id. */
  const start = (code: string): string => client.send("execute_request", executeRequest(code));
  /** Sets breakpoints in a cell, runs it, and waits for the first stop. */
  const stopIn = async (
    code: string,
    ...lines: (number | object)[]
  ): Promise<{ id: string; stopped: Body; file: string }> => {
    const file = await dump(code);
    await setBreakpoints(
      file,
      lines.map(line => (typeof line === "number" ? { line } : line)),
    );
    const id = start(code);
    return { id, stopped: await event("stopped"), file };
  };
  const goOn = async (id: string): Promise<Answer> => {
    await ask("continue", { threadId: 1 });
    return client.answer(id);
  };

  const requests = {
    respond,
    ask,
    refusal,
    event,
    attach,
    dump,
    setBreakpoints,
    stack,
    places,
    parts,
    scope,
  };
  return {
    /** The kernel's client, once tests run. */
    get client(): Client {
      return client;
    },
    ...requests,
    start,
    stopIn,
    goOn,
  };
}
