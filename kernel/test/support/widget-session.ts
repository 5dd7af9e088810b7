/** A front end of widgets for tests: comm messages through jupyter_client, as ipywidgets sends them. */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Client, type Received } from "./client.js";

export type Json = Record<string, unknown>;

/** What a message carries. */
export const dataOf = ({ content }: Received): Json => content["data"] as Json;

/**
 * A kernel for the tests of a `describe`, whose cells know widgets as `ui`, and what a front end does with them.
 *
 * @param folder the notebook's
 */
export function widgetSession(folder?: string) {
  let client: Client;
  before(async () => {
    client = await Client.start(folder);
    await client.execute('import * as ui from "netspace/widgets";');
  });
  after(() => client?.close());

  const printed = (parent: string): string =>
    client.messages
      .filter(message => message.parent === parent && message.type === "stream")
      .map(({ content }) => String(content["text"]))
      .join("");
  const idle = async (id: string): Promise<void> => {
    await client.until(
      ({ parent, type, content }) =>
        parent === id && type === "status" && content["execution_state"] === "idle",
    );
  };
  /** Sends a comm's message and waits until it was dealt with; gives what was broadcast for it. */
  const say = async (
    comm_id: string,
    data: Json,
    { type = "comm_msg", buffers = [], ...more }: Json & { type?: string; buffers?: Uint8Array[] } = {},
  ): Promise<Received[]> => {
    const id = client.send(type, { comm_id, data, ...more }, "shell", {}, buffers);
    await idle(id);
    return client.messages.filter(({ parent, type: t }) => parent === id && t.startsWith("comm_"));
  };
  const update = (comm_id: string, state: Json): Promise<Received[]> =>
    say(comm_id, { method: "update", state, buffer_paths: [] });
  /** Runs a cell whose last line is a widget. */
  const shown = async (code: string): Promise<{ id: string; parent: string; opened: Received[] }> => {
    const { reply, outputs } = await client.execute(code);
    const result = outputs.find(({ type }) => type === "execute_result");
    assert.ok(result, JSON.stringify(reply.content));
    const view = (dataOf(result)["application/vnd.jupyter.widget-view+json"] ?? {}) as Json;
    const opened = outputs.filter(({ type }) => type === "comm_open");
    return { id: String(view["model_id"]), parent: String(reply.parent), opened };
  };
  const value = async (expression: string): Promise<unknown> => {
    const { outputs } = await client.execute(expression);
    return outputs.find(({ type }) => type === "execute_result")?.content["data"];
  };

  return {
    /** The kernel's client, once tests run. */
    get client(): Client {
      return client;
    },
    printed,
    idle,
    say,
    update,
    shown,
    value,
  };
}
