/**
 * What the messaging specification demands of the messages a kernel sends: headers, channels, and the contents of each
 * type with no field more (https://jupyter-client.readthedocs.io/en/stable/messaging.html; the same that Jupyter's
 * own suite for kernels, jupyter_kernel_test, checks, and more fields).
 */

type Check = (value: unknown) => boolean;
/** Checks by field; names that end in `?` may be left out. */
type Fields = Record<string, Check>;

/** A message as far as it is checked. */
export interface CheckedMessage {
  channel: string;
  header: Record<string, unknown>;
  parentHeader: Record<string, unknown>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
}

const string: Check = value => typeof value === "string";
const number: Check = value => typeof value === "number" && Number.isFinite(value);
const integer: Check = Number.isInteger;
const count: Check = value => integer(value) && (value as number) >= 0;
const boolean: Check = value => typeof value === "boolean";
const object: Check = value => typeof value === "object" && value !== null && !Array.isArray(value);
const matching =
  (pattern: RegExp): Check =>
  value =>
    typeof value === "string" && pattern.test(value);
const list =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...values: string[]): Check =>
  value =>
    values.includes(value as string);
const either =
  (...checks: Check[]): Check =>
  value =>
    checks.some(check => check(value));
const fields =
  (expected: Fields): Check =>
  value =>
    object(value) && wrongField(value as Record<string, unknown>, expected) === undefined;
const each =
  (check: Check): Check =>
  value =>
    object(value) && Object.values(value as object).every(check);

/** MIME types without parameters, text as text. */
const bundle: Check = value =>
  object(value) &&
  Object.entries(value as object).every(
    ([type, part]) => /^[\w\-+.]+\/[\w\-+.]+$/.test(type) && (type.endsWith("json") || string(part)),
  );

const error: Fields = { ename: string, evalue: string, traceback: list(string) };
const expression = either(
  fields({ status: oneOf("ok"), data: bundle, metadata: object }),
  fields({ status: oneOf("error"), ...error }),
);
const shown: Fields = { data: bundle, metadata: object };
const typed = fields({
  start: count,
  end: count,
  text: string,
  type: string,
  "signature?": string,
  "documentation?": string,
  "module?": string,
});

const LANGUAGE: Fields = {
  name: string,
  version: matching(/^\d/),
  mimetype: matching(/^[\w-]+\/[\w-]+$/),
  file_extension: matching(/^\.\w+$/),
  "pygments_lexer?": string,
  "codemirror_mode?": either(string, object),
  "nbconvert_exporter?": string,
};

/** Contents of replies that succeeded, `status` left out. */
const REPLIES: Record<string, Fields> = {
  kernel_info_reply: {
    protocol_version: matching(/^5\.\d+$/),
    implementation: string,
    implementation_version: matching(/^\d+\.\d+/),
    language_info: fields(LANGUAGE),
    banner: string,
    "debugger?": boolean,
    "supported_features?": list(string),
    help_links: list(fields({ text: string, url: string })),
  },
  execute_reply: {
    execution_count: count,
    user_expressions: each(expression),
    payload: list(either(fields({ source: oneOf("page"), data: bundle, start: count }))),
  },
  complete_reply: {
    matches: list(string),
    cursor_start: count,
    cursor_end: count,
    metadata: fields({ "_jupyter_types_experimental?": list(typed) }),
  },
  inspect_reply: { found: boolean, data: bundle, metadata: object },
  history_reply: {
    history: list(
      value =>
        Array.isArray(value) &&
        value.length === 3 &&
        integer(value[0]) &&
        integer(value[1]) &&
        either(string, pair => Array.isArray(pair) && pair.length === 2 && string(pair[0]))(value[2]),
    ),
  },
  comm_info_reply: { comms: each(fields({ target_name: string })) },
  usage_reply: {
    hostname: string,
    pid: count,
    kernel_cpu: number,
    kernel_memory: count,
    cpu_count: count,
    host_cpu_percent: number,
    host_virtual_memory: each(number),
  },
  create_subshell_reply: { subshell_id: string },
  list_subshell_reply: { subshell_id: list(string) },
  delete_subshell_reply: {},
  interrupt_reply: {},
  shutdown_reply: { restart: boolean },
};

/** The one reply whose status says something else. */
const IS_COMPLETE: Fields = {
  status: oneOf("complete", "incomplete", "invalid", "unknown"),
  "indent?": string,
};

/** A response of the Debug Adapter Protocol, which a reply carries as it is. */
const DEBUG_REPLY: Fields = {
  type: oneOf("response"),
  seq: count,
  request_seq: count,
  command: string,
  success: boolean,
  "message?": string,
  body: object,
};

const BROADCASTS: Record<string, Fields> = {
  status: { execution_state: oneOf("starting", "busy", "idle") },
  execute_input: { code: string, execution_count: count },
  stream: { name: oneOf("stdout", "stderr"), text: string },
  display_data: { ...shown, transient: fields({ "display_id?": string }) },
  update_display_data: { ...shown, transient: fields({ display_id: string }) },
  execute_result: { ...shown, execution_count: count },
  clear_output: { wait: boolean },
  comm_open: { comm_id: string, target_name: string, data: object, "target_module?": string },
  comm_msg: { comm_id: string, data: object },
  comm_close: { comm_id: string, data: object },
  debug_event: { type: oneOf("event"), seq: integer, event: string, body: object },
  iopub_welcome: { subscription: string },
  shutdown_reply: { status: oneOf("ok"), restart: boolean },
  error,
};

const HEADER: Fields = {
  msg_id: matching(/^.+$/),
  session: matching(/^.+$/),
  username: string,
  // jupyter_client parses the date, and prints it with a space.
  date: matching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/),
  msg_type: matching(/^[a-z_]+$/),
  version: matching(/^5\.\d+$/),
  "subshell_id?": either(string, value => value === null),
};

/** All types whose contents are known, for tests that want to have seen each. */
export const MESSAGE_TYPES: readonly string[] = [
  ...new Set([
    ...Object.keys(REPLIES),
    "is_complete_reply",
    "debug_reply",
    ...Object.keys(BROADCASTS),
    "input_request",
  ]),
];

/** Throws when a message is not what the specification says. */
export function checkMessage({ channel, header, parentHeader, metadata, content }: CheckedMessage): void {
  const type = String(header["msg_type"]);
  const demand = (what: string, found: Record<string, unknown>, expected: Fields) => {
    const wrong = wrongField(found, expected);
    if (wrong !== undefined) {
      throw new Error(
        `${type}: ${what} ${wrong} is ${JSON.stringify(found[wrong])} in ${JSON.stringify(found)}`,
      );
    }
  };
  demand("header", header, HEADER);
  if (!object(metadata)) throw new Error(`${type}: metadata is ${JSON.stringify(metadata)}`);
  // What nobody asked for has no parent.
  const spontaneous = type === "iopub_welcome" || content["execution_state"] === "starting";
  if (!spontaneous && !(string(parentHeader["msg_id"]) && string(parentHeader["msg_type"]))) {
    throw new Error(
      `${type}: expected the header of a request as parent, got ${JSON.stringify(parentHeader)}`,
    );
  }
  demand("content", content, expectedContent(channel, type, content));
  if (content["status"] === "incomplete" && content["indent"] === undefined) {
    throw new Error(`${type}: expected an indent, got none`);
  }
}

function expectedContent(channel: string, type: string, content: Record<string, unknown>): Fields {
  if (channel === "iopub") return known(BROADCASTS, type, channel);
  if (channel === "stdin")
    return known({ input_request: { prompt: string, password: boolean } }, type, channel);
  if (type === "debug_reply") return DEBUG_REPLY;
  const execute = type === "execute_reply";
  switch (content["status"]) {
    case "error":
      return {
        status: string,
        ...error,
        ...(execute && { execution_count: count, "user_expressions?": object, "payload?": list(object) }),
      };
    case "aborted":
      return { status: string, ...(execute && { execution_count: count }) };
    default:
      if (type === "is_complete_reply") return IS_COMPLETE;
      return { status: oneOf("ok"), ...known(REPLIES, type, channel) };
  }
}

function known(schemas: Record<string, Fields>, type: string, channel: string): Fields {
  const schema = schemas[type];
  if (!schema) throw new Error(`${type} is no message for ${channel}`);
  return schema;
}

/** The first field that is missing, wrong or unknown. */
function wrongField(found: Record<string, unknown>, expected: Fields): string | undefined {
  for (const [name, check] of Object.entries(expected)) {
    const optional = name.endsWith("?");
    const key = optional ? name.slice(0, -1) : name;
    if (optional && found[key] === undefined) continue;
    if (!check(found[key])) return key;
  }
  return Object.keys(found).find(key => !(key in expected) && !(`${key}?` in expected));
}
