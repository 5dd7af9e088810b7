/** What every command makes of option values that are none: each is refused by name, before any work. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, CommanderError } from "commander";
import { family } from "../../src/cli/arguments.js";
import { netspaceCommand } from "../../src/cli/program.js";
import { kinds } from "../../src/training/datasets/kinds.js";

/** Parses a command's words. @returns what is said of them, and the exit code */
async function refusal(words: readonly string[]): Promise<{ said: string; code: number }> {
  const program = netspaceCommand();
  let said = "";
  const keep = (text: string) => (said += text);
  for (const each of family(program)) each.configureOutput({ writeErr: keep, writeOut: keep });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return { said, code: error.exitCode };
    throw error;
  }
  return assert.fail(`${words.join(" ")}: was taken`);
}

/** The words that lead to a command. */
const words = (command: Command): string[] =>
  command.parent ? [...words(command.parent), command.name()] : [];

const commands = family(netspaceCommand());
/** Those that do something, with their arguments. */
const working = commands
  .filter(command => command.commands.length === 0 || command.registeredArguments.length > 0)
  .map(command => {
    const given = command.registeredArguments.map(() => "given.json");
    const needed = command.options
      .filter(option => option.mandatory && option.defaultValue === undefined)
      .flatMap(option => [option.long!, "1"]);
    return { command, path: words(command), given, needed };
  });

test("all commands are looked at", () => {
  assert.equal(working.length, 33);
});

for (const { command, path, given, needed } of working) {
  test(`netspace ${path.join(" ")} refuses empty options and arguments, each by its name`, async () => {
    for (const option of command.options.filter(each => each.required)) {
      const name = option.long!;
      const others = needed.filter((_, i) => needed[i - (i % 2)] !== name);
      for (const empty of [[`${name}=`], [name, ""]]) {
        const { said, code } = await refusal([...path, ...given, ...others, ...empty]);
        assert.ok(code > 0);
        assert.ok(said.includes(`'${option.flags}'`), said);
        assert.match(said, /\(--help says more\)\n$/);
      }
    }
    for (const [i, argument] of command.registeredArguments.entries()) {
      const { said } = await refusal([...path, ...given.with(i, ""), ...needed]);
      assert.ok(said.startsWith(`error: argument '${argument.name()}' is empty`), said);
    }
  });

  test(`netspace ${path.join(" ")} refuses what it does not know, and points at its help`, async () => {
    const { said, code } = await refusal([...path, ...given, ...needed, "--bogus"]);
    assert.match(said, /^error: unknown option '--bogus'[^]*\(--help says more\)\n$/);
    assert.ok(code > 0);
    assert.match(
      (await refusal([...path, "--help"])).said,
      new RegExp(`^Usage: netspace ${path.join(" ")} `),
    );
  });
}

/** What stands for no count, and for no window. */
const noCount = [
  "-1",
  "0x3",
  "0o7",
  "0b1",
  "1_000",
  "NaN",
  "Infinity",
  "1e300",
  "1.5",
  "many",
  " 3",
  "3 ",
  "9007199254740993",
];
const noWindow = [
  ",4e8",
  "4e8,",
  ",",
  "4e8",
  "1,2,3",
  "0x1,0x2",
  "2,1",
  "-1,2",
  "NaN,1",
  "Infinity,1e3",
  "1 2",
  "a,b",
];
const numbers: [words: string[], refused: string[]][] = [
  [
    ["sample", "RegNetX", "--n"],
    [...noCount, "0"],
  ],
  [["sample", "RegNetX", "--seed"], noCount],
  [
    ["sample", "RegNetX", "--resolution"],
    [...noCount, "0"],
  ],
  ...["flops", "params", "acts", "depth"].map((name): [string[], string[]] => [
    ["sample", "RegNetX", `--${name}`],
    noWindow,
  ]),
  [
    ["complexity", "RegNetX-200MF", "--resolution"],
    [...noCount, "0"],
  ],
  ...["epochs", "threads"].map((name): [string[], string[]] => [
    ["train", "RegNetX-200MF", "--dataset", "procedural", `--${name}`],
    [...noCount, "0"],
  ]),
  [["train", "RegNetX-200MF", "--dataset", "procedural", "--seed"], noCount],
  ...["workers", "threads", "time-limit", "memory-limit"].map((name): [string[], string[]] => [
    ["sweep", "spec.json", "--out", "x", `--${name}`],
    [...noCount, "0"],
  ]),
  [["sweep", "spec.json", "--out", "x", "--retries"], noCount],
  [
    ["sweep", "plan", "RegNetX", "--devices"],
    [...noCount, "0"],
  ],
  [["sweep", "plan", "RegNetX", "--devices", "1", "--flops"], noWindow],
  [
    ["sweep", "plan", "RegNetX", "--devices", "1", "--images"],
    [...noWindow, "0,1", "1,0", "1.5,2", "1,Infinity"],
  ],
];
for (const [line, refused] of numbers) {
  test(`netspace ${line.join(" ")} takes decimal numbers alone`, async () => {
    for (const value of refused.filter(each => each !== "2,1" || !line.includes("--images"))) {
      for (const given of [
        [...line, value],
        [...line.slice(0, -1), `${line.at(-1)}=${value}`],
      ]) {
        const { said, code } = await refusal(given);
        assert.ok(code > 0);
        assert.match(said, /argument '.*' is invalid\. Expected .*, for example/s, given.join(" "));
      }
    }
  });
}

for (const [line, name] of [
  [["bogus", "--help"], "bogus"],
  [["help", "bogus"], "bogus"],
  [["notebook", "bogus", "--help"], "bogus"],
  [["notebook", "help", "bogus"], "bogus"],
  [["kernel", "bogus", "-h"], "bogus"],
  [["sweep", "bogus", "--help"], "bogus"],
  [["sweep", "statsu"], "statsu"],
] as const) {
  test(`netspace ${line.join(" ")} says that there is no such command`, async () => {
    const { said, code } = await refusal(line);
    assert.match(said, new RegExp(`^error: unknown command .*'${name}'`));
    assert.ok(code > 0);
  });
}

test("help is given for each command, and for a sweep's with its spec", async () => {
  for (const line of [
    ["help", "sweep"],
    ["sweep", "help", "status"],
    ["sweep", "spec.json", "--help"],
    ["notebook", "help"],
  ]) {
    const { said, code } = await refusal(line);
    assert.match(said, /^Usage: netspace /);
    assert.equal(code, 0);
  }
});

test("help of train lists every kind of dataset, as its kind writes it", async () => {
  const { said } = await refusal(["train", "--help"]);
  const flat = said.replace(/\s+/g, " ");
  for (const { form } of kinds) assert.ok(flat.includes(form), form);
});
