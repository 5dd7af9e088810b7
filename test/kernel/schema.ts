/** What the messaging specification demands of the contents a kernel sends. */

type Check = (value: unknown) => boolean;

const string: Check = value => typeof value === "string";
const integer: Check = value => Number.isInteger(value);
const boolean: Check = value => typeof value === "boolean";
const object: Check = value => typeof value === "object" && value !== null && !Array.isArray(value);
const strings: Check = value => Array.isArray(value) && value.every(string);
const array: Check = Array.isArray;
const oneOf =
  (...values: string[]): Check =>
  value =>
    values.includes(value as string);
/** MIME types without parameters, text as text. */
const bundle: Check = value =>
  object(value) &&
  Object.entries(value as object).every(
    ([type, part]) => !type.includes(";") && (type.endsWith("json") || string(part)),
  );

const ok = { status: oneOf("ok", "error", "aborted") };
const error = { ename: string, evalue: string, traceback: strings };

const SCHEMAS: Record<string, Record<string, Check>> = {
  kernel_info_reply: {
    ...ok,
    protocol_version: string,
    implementation: string,
    implementation_version: string,
    language_info: object,
    banner: string,
    help_links: array,
  },
  execute_reply: { ...ok, execution_count: integer },
  complete_reply: { ...ok, matches: strings, cursor_start: integer, cursor_end: integer, metadata: object },
  inspect_reply: { ...ok, found: boolean, data: bundle, metadata: object },
  is_complete_reply: { status: oneOf("complete", "incomplete", "invalid", "unknown") },
  history_reply: { ...ok, history: array },
  comm_info_reply: { ...ok, comms: object },
  usage_reply: { ...ok, hostname: string, pid: integer, kernel_memory: integer },
  input_request: { prompt: string, password: boolean },
  create_subshell_reply: { ...ok, subshell_id: string },
  list_subshell_reply: { ...ok, subshell_id: strings },
  interrupt_reply: ok,
  shutdown_reply: { ...ok, restart: boolean },
  status: { execution_state: oneOf("starting", "busy", "idle") },
  execute_input: { code: string, execution_count: integer },
  stream: { name: oneOf("stdout", "stderr"), text: string },
  display_data: { data: bundle, metadata: object, transient: object },
  update_display_data: { data: bundle, metadata: object, transient: object },
  execute_result: { data: bundle, metadata: object, execution_count: integer },
  clear_output: { wait: boolean },
  comm_close: { comm_id: string, data: object },
  iopub_welcome: { subscription: string },
  error,
};

/** Throws when a message's content is not what its type demands. */
export function checkSchema(type: string, content: Record<string, unknown>): void {
  const failed = content["status"] === "error";
  const schema = failed ? { status: string, ...error } : (SCHEMAS[type] ?? {});
  if (!failed && !(type in SCHEMAS) && !type.endsWith("_reply"))
    throw new Error(`unexpected message ${type}`);
  for (const [key, check] of Object.entries(schema)) {
    if (!check(content[key])) throw new Error(`${type}: ${key} is ${JSON.stringify(content[key])}`);
  }
}
