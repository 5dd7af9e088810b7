/**
 * The declarations that the package hands out, as the strictest program that installs it checks them: every library's
 * declarations too, optional properties exact, no types of Node or of a browser but what the package itself asks for,
 * and none of its optional packages.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
};
const consumer = mkdtempSync(join(tmpdir(), "netspace-consumer-"));
after(() => rmSync(consumer, { recursive: true, force: true }));

/** The package as npm installs it beside its dependencies; declarations are all of it that the compiler reads. */
function install(): void {
  const modules = join(consumer, "node_modules");
  for (const part of ["dist/src", "dist/kernel"]) {
    cpSync(join(root, part), join(modules, "netspace", part), {
      recursive: true,
      filter: file => !/\.(js|map)$/.test(file),
    });
  }
  cpSync(join(root, "package.json"), join(modules, "netspace", "package.json"));
  for (const name of Object.keys(manifest.dependencies)) {
    const [from, to] = [join(root, "node_modules", name), join(modules, name)];
    mkdirSync(dirname(to), { recursive: true });
    if (existsSync(from)) symlinkSync(from, to);
  }
  writeFileSync(join(consumer, "package.json"), '{ "type": "module" }');
}
install();

const strict = {
  target: "es2023",
  lib: ["es2023"],
  module: "nodenext",
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  skipLibCheck: false,
  noEmit: true,
};

/** What the compiler says of a program in the consumer's folder. */
function check(source: string, options: object = {}): string {
  writeFileSync(join(consumer, "consumer.ts"), source);
  const config = { compilerOptions: { ...strict, ...options }, files: ["consumer.ts"] };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "-p", consumer], { encoding: "utf8" });
  return stdout + stderr;
}

describe("the package's types hold for a strict program that imports", () => {
  for (const entry of Object.keys(manifest.exports).filter(key => !key.endsWith(".json"))) {
    const name = entry.replace(/^\./, "netspace");
    it(name, () => {
      const source = `import * as all from "${name}";\nexport const names = Object.keys(all);\n`;
      assert.equal(check(source), "");
      assert.equal(check(source, { lib: ["es2023", "dom"] }), "", "with the types of a browser");
    });
  }
});

it("the package's types say what its values are, not any", () => {
  const source = `
    import { tableOf, type TrainingResult, TrainingRun, torch } from "netspace";
    export const frame = tableOf([{ a: 1 }]).toDanfo();
    export const result = (run: TrainingRun): TrainingResult => run;
    export const peak = (run: TrainingRun): number => run.peakMemory ?? 0;
    // @ts-expect-error -- a number of bytes
    export const wrong = (run: TrainingRun): string => run.peakMemory;
    // @ts-expect-error -- a text
    export const name: number = torch.name;
  `;
  assert.equal(check(source), "");
});
