/** TypeScript's own language server as a process, found inside the installed `typescript` package. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { JsonRpc } from "./json-rpc.js";
import type { FileChange } from "./local-files.js";

/** A request that takes longer is answered as if nothing were known, unless someone waits for it. */
const TIMEOUT_MS = 5000;
/** Until the first answer, and the first after cells were added: the server reads their types, and a machine may be very busy. */
const FIRST_MS = 30_000;

/** The protocol's number for a file that came into being. */
const FILE_CREATED = 1;

const CAPABILITIES = {
  workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } },
  textDocument: {
    completion: {
      completionItem: {
        snippetSupport: false,
        documentationFormat: ["markdown"],
        resolveSupport: { properties: ["documentation", "detail"] },
      },
    },
    // Such as whether an await was forgotten.
    diagnostic: { relatedInformation: true },
    hover: { contentFormat: ["markdown"] },
    // Links carry the range of the whole declaration.
    definition: { linkSupport: true },
    signatureHelp: { signatureInformation: { documentationFormat: ["markdown"] } },
  },
};

/** What it finds is asked for, and what it does is nobody's to read: of each check it would tell in a dozen messages. */
const OPTIONS = { disablePushDiagnostics: true, logVerbosity: 5 };

/** A running language server over the files of one folder. */
export class LanguageServer {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #rpc: JsonRpc;
  readonly #initialized: Promise<unknown>;
  /** Whether it has read all that it was told of, as far as its answers tell. */
  #answered = false;
  readonly #written = new Map<string, { version: number; text: string }>();

  /** @param ended called when the process has ended, for whatever reason */
  constructor(folder: string, ended: (reason: string) => void) {
    this.#folder = folder;
    const [command, args] = serverCommand();
    this.#process = spawn(command, [...args, "--lsp", "--stdio"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "ignore"],
      // The server is a Go program: less than half the default garbage allowance saves 25 MB and is not felt here.
      env: { GOGC: "40", ...process.env },
    });
    const { stdin, stdout } = this.#process;
    if (!stdin || !stdout) throw new Error("LanguageServer: expected pipes to the process, got none");
    stdin.on("error", () => {});
    this.#rpc = new JsonRpc(stdout, stdin, answerServer);
    const end = (reason: string) => {
      this.#rpc.close(reason);
      ended(reason);
    };
    this.#process.once("error", error => end(error.message));
    this.#process.once("exit", (code, signal) => end(`ended (${signal ?? code})`));
    this.#initialized = this.#initialize();
    this.#initialized.catch(() => {});
  }

  /**
   * Asks about a file; rejects when there is no answer in time.
   *
   * @param waits for the answer as long as it takes
   */
  async request(method: string, params: unknown, waits = false): Promise<unknown> {
    await this.#initialized;
    if (waits) return this.#rpc.request(method, params);
    let timer: NodeJS.Timeout | undefined;
    const ms = this.#answered ? TIMEOUT_MS : FIRST_MS;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer to ${method} in ${ms} ms`)), ms);
    });
    try {
      const answer = await Promise.race([this.#rpc.request(method, params), timeout]);
      this.#answered = true;
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells the server of files that were added to the folder, and of what became of others. */
  async changed(added: string[], others: FileChange[]): Promise<void> {
    if (added.length + others.length === 0) return;
    await this.#initialized;
    // What a cell imports may take as long to read as what is read at first.
    if (added.length > 0) this.#answered = false;
    const changes = [
      ...added.map(name => ({ uri: this.uri(name), type: FILE_CREATED })),
      ...others.map(({ file, type }) => ({ uri: pathToFileURL(file).href, type })),
    ];
    this.#rpc.notify("workspace/didChangeWatchedFiles", { changes });
  }

  /** Opens a file in the server's memory, or replaces it there. */
  async write(name: string, source: string): Promise<void> {
    await this.#initialized;
    // Half a surrogate pair is no JSON to the server: it would miss the message, and end at the next.
    const text = source.replace(/\p{Surrogate}/gu, "\ufffd");
    const before = this.#written.get(name);
    // Front ends ask about the same text again and again; a new version would be read anew.
    if (before?.text === text) return;
    const uri = this.uri(name);
    const version = (before?.version ?? 0) + 1;
    this.#written.set(name, { version, text });
    if (version === 1) {
      this.#rpc.notify("textDocument/didOpen", {
        textDocument: { uri, languageId: "typescript", version, text },
      });
    } else {
      this.#rpc.notify("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    }
  }

  /** The URI of a file by its name. */
  uri(name: string): string {
    return pathToFileURL(path.join(this.#folder, name)).href;
  }

  /** Of the process, for measurements. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Ends the process. */
  stop(): void {
    this.#process.kill();
  }

  async #initialize(): Promise<void> {
    const root = pathToFileURL(this.#folder).href;
    await this.#rpc.request("initialize", {
      processId: process.pid,
      rootUri: root,
      workspaceFolders: [{ uri: root, name: "notebook" }],
      capabilities: CAPABILITIES,
      initializationOptions: OPTIONS,
    });
    this.#rpc.notify("initialized", {});
  }
}

/** Names that would first have to be imported come from elsewhere: see importable-names.ts. */
const SETTINGS = { suggest: { autoImports: false } };

/** The server asks for settings and registers interests, and waits for an answer. */
function answerServer(method: string, params: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  return ((params as { items?: unknown[] }).items ?? []).map(() => SETTINGS);
}

/** The platform's binary itself where it can be found: starting it through Node costs 50 MB more. */
function serverCommand(): [string, string[]] {
  const binary = typescriptFile(process.platform === "win32" ? "tsc.exe" : "tsc");
  if (binary !== undefined) return [binary, []];
  // Another layout of the package: its own launcher knows.
  return [process.execPath, [path.join(typescriptFolder(), "bin", "tsc")]];
}

/** A file beside the platform's binary; nothing when it is not there. */
export function typescriptFile(name: string): string | undefined {
  const platform = `@typescript/typescript-${process.platform}-${process.arch}`;
  try {
    const require = createRequire(path.join(typescriptFolder(), "package.json"));
    const file = path.join(path.dirname(require.resolve(`${platform}/package.json`)), "lib", name);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function typescriptFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
}
