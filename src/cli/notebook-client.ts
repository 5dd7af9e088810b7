/**
 * A Jupyter client that executes notebooks one after the other, as `nbconvert --execute` does, in one process of Python's:
 * to import nbconvert takes longer than many a notebook.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { findPython } from "./python.js";

/** Reads jobs, one JSON object a line, and answers each with a line: null, or what went wrong. */
const PROGRAM = `
import json, sys
from nbconvert.exporters import NotebookExporter
from traitlets.config import Config

config = Config()
config.ExecutePreprocessor.enabled = True
# A cell that throws is the notebook's matter: the others run, and the outputs are kept.
config.ExecutePreprocessor.allow_errors = True
# Without times of execution, a notebook run again is the same file again.
config.ExecutePreprocessor.record_timing = False
exporter = NotebookExporter(config=config)
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    job = json.loads(line)
    said = None
    try:
        text, _ = exporter.from_filename(job["file"])
        with open(job["target"], "w", encoding="utf-8") as out:
            out.write(text)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    print(json.dumps(said), file=answers, flush=True)
`;

/** Executes notebooks, one at a time. */
export class NotebookClient {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #answered: (said: string | undefined) => void = () => {};

  constructor() {
    this.#child = spawn(findPython(), ["-c", PROGRAM], { stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.#child;
    let said = "";
    stderr?.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-4000)));
    // It has ended, which is heard below.
    stdin?.on("error", () => {});
    if (stdout) {
      createInterface({ input: stdout }).on("line", line =>
        this.#answered((JSON.parse(line) as string | null) ?? undefined),
      );
    }
    this.#ended = new Promise(resolve => {
      this.#child.on("error", error => resolve(error.message));
      this.#child.on("close", () => resolve(said.trim().split("\n").slice(-8).join("\n") || "it has ended"));
    });
  }

  /**
   * Executes a notebook in its own folder.
   *
   * @param file absolute path of the notebook
   * @param target absolute path of the executed one
   * @returns what went wrong, or nothing; a cell that throws is nothing wrong
   */
  execute(file: string, target: string): Promise<string | undefined> {
    const answer = new Promise<string | undefined>(resolve => {
      this.#answered = resolve;
    });
    this.#child.stdin?.write(`${JSON.stringify({ file, target })}\n`);
    return Promise.race([answer, this.#ended]);
  }

  /** Lets the process end. */
  end(): void {
    this.#child.stdin?.end();
  }
}
