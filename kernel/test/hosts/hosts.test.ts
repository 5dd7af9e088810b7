/** Hosts: what a kernel goes by, and what its cells import, with a host, with two, and with none. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { readHost } from "../../hosts/host-package.js";
import { hostArguments, hosts, identity, serve, setting, withoutHosts } from "../../hosts/hosts.js";
import { NAME } from "../../hosts/package.js";
import { historyFile } from "../../history/history-file.js";
import { installKernelspec, uninstallKernelspec } from "../../install/kernelspec.js";
import { LanguageService } from "../../language/service.js";
import { broughtDeclarations, displayModule, offeredDeclarations } from "../../modules/brought.js";
import { userPackagesFolder } from "../../modules/packages-folder.js";
import { resolveModule } from "../../modules/resolve-module.js";
import { markName } from "../../processes/mark.js";
import { kernelInfo } from "../../server/kernel-info.js";
import { hostedCells } from "../support/hosted-cells.js";
import { serveHost } from "../support/repository.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();

/** A package below the folder. */
function host(name: string, manifest: object, files: Record<string, string> = {}): string {
  const root = path.join(folder, name.replace("/", "-"));
  const all = {
    "package.json": JSON.stringify({ name, version: "3.2.1", type: "module", ...manifest }),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

const weaver = host(
  "@looms/weaver",
  {
    exports: {
      ".": { types: "./lib/index.d.ts", default: "./lib/index.js" },
      "./knots": "./lib/knots.js",
      "./internal/*": "./lib/*.js",
      "./package.json": "./package.json",
    },
    jupyterKernel: {
      offers: ["."],
      register: "weaver register",
      helpLinks: [{ text: "Weaving", url: "https://example.org/weaving" }],
      readers: { ".warp": "unroll it: await unroll({file})" },
    },
  },
  {
    "lib/index.js":
      "export const weave = threads => threads * 2; export const fails = () => { throw new Error('torn') };",
    "lib/index.d.ts":
      "export declare const weave: (threads: number) => number; export declare const fails: () => never;",
    "lib/knots.js": "export const knot = 'bowline';",
    "lib/knots.d.ts": "export declare const knot: string;",
  },
);
const dyer = host(
  "dyer",
  { exports: "./index.js" },
  { "index.js": "export const dye = 'indigo';", "index.d.ts": "export declare const dye: string;" },
);

beforeEach(() => serve([]));
after(() => serve([]));

describe("without hosts", () => {
  test("the kernel goes by its own name, in banner, settings and folders", () => {
    assert.equal(identity().name, NAME);
    assert.equal(kernelInfo()["implementation"], NAME);
    assert.equal(historyFile({ JUPYTER_DATA_DIR: "/data" }), path.join("/data", NAME, "history.sqlite"));
    assert.equal(historyFile({ TYPESCRIPT_JUPYTER_KERNEL_HISTORY: "" }), ":memory:");
    assert.equal(
      historyFile({ JUPYTER_DATA_DIR: "/data", NETSPACE_HISTORY: "/h" }),
      path.join("/data", NAME, "history.sqlite"),
    );
    assert.match(userPackagesFolder({ XDG_DATA_HOME: "/d" }), /[\\/]typescript-jupyter-kernel[\\/]packages$/);
    assert.equal(displayModule(), `${NAME}/display`);
  });

  test("its own modules are all that it brings", () => {
    assert.deepEqual(Object.keys(broughtDeclarations(folder)), [
      NAME,
      `${NAME}/display`,
      `${NAME}/widgets`,
      "tslab",
    ]);
    assert.deepEqual(Object.keys(offeredDeclarations(folder)), [
      `${NAME}/display`,
      `${NAME}/widgets`,
      "tslab",
    ]);
    assert.equal(resolveModule("dyer", folder), undefined);
    assert.equal(resolveModule(`${NAME}/none`, folder), undefined);
  });
});

describe("with hosts", () => {
  test("the first gives the names, without what no path or variable may have", () => {
    serve([weaver, dyer]);
    assert.deepEqual(identity(), { name: "@looms/weaver", version: "3.2.1" });
    assert.equal(
      historyFile({ JUPYTER_DATA_DIR: "/data" }),
      path.join("/data", "looms-weaver", "history.sqlite"),
    );
    assert.equal(setting("TYPECHECK", { LOOMS_WEAVER_TYPECHECK: "off" }), "off");
    assert.equal(userPackagesFolder({ LOOMS_WEAVER_PACKAGES: "/p" }), path.resolve("/p"));
    const { implementation, banner, help_links } = kernelInfo();
    assert.deepEqual(
      [implementation, String(banner).split(":")[0]],
      ["@looms/weaver", "@looms/weaver 3.2.1"],
    );
    assert.ok(JSON.stringify(help_links).includes("https://example.org/weaving"));
  });

  test("settings of a host that has used this kernel for long keep their names", () => {
    serveHost();
    assert.equal(historyFile({ NETSPACE_HISTORY: "/h.sqlite" }), path.resolve("/h.sqlite"));
    assert.equal(userPackagesFolder({ NETSPACE_PACKAGES: "/p" }), path.resolve("/p"));
    assert.match(userPackagesFolder({ XDG_DATA_HOME: "/d" }), /[\\/]netspace[\\/]packages$/);
    assert.equal(setting("TYPECHECK", { NETSPACE_TYPECHECK: "error" }), "error");
    assert.equal(markName(), "NETSPACE_STARTED_BY");
    assert.equal(displayModule(), "netspace/display");
    assert.deepEqual(Object.keys(offeredDeclarations(folder)), [
      "netspace",
      "netspace/display",
      "netspace/widgets",
      "tslab",
    ]);
  });

  test("what their exports lead to has types; names are offered of what they say", () => {
    serve([weaver, dyer]);
    const { declarations, offers, code } = readHost(weaver);
    assert.deepEqual(Object.keys(declarations), ["@looms/weaver", "@looms/weaver/knots"]);
    assert.equal(declarations["@looms/weaver/knots"], path.join(weaver, "lib", "knots.d.ts"));
    assert.deepEqual([offers, code], [["@looms/weaver"], [path.join(weaver, "lib")]]);
    assert.deepEqual(Object.keys(offeredDeclarations(folder)).slice(0, 2), ["@looms/weaver", "dyer"]);
  });

  test("a package that the notebook has of its own comes first", () => {
    serve([dyer]);
    const own = path.join(folder, "notebooks", "node_modules", "dyer");
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, "package.json"), '{ "name": "dyer", "main": "own.js" }');
    writeFileSync(path.join(own, "own.js"), "exports.dye = 'woad';");
    assert.equal(resolveModule("dyer", path.join(folder, "notebooks"))?.file, path.join(own, "own.js"));
    assert.equal(resolveModule("dyer", folder)?.file, path.join(dyer, "index.js"));
  });

  test("a folder without a package is told, and the others are served", () => {
    const told: string[] = [];
    serve([path.join(folder, "gone"), dyer], line => told.push(line));
    assert.deepEqual(
      hosts().map(({ name }) => name),
      ["dyer"],
    );
    assert.match(told.join("\n"), /^host: expected a package in .*gone.*; register the kernel again/);
    for (const text of ["[]", "{", '{ "version": "1" }', "null"]) {
      const broken = path.join(folder, "broken");
      mkdirSync(broken, { recursive: true });
      writeFileSync(path.join(broken, "package.json"), text);
      assert.throws(() => readHost(broken), { name: "HostError" }, text);
    }
  });

  test("what a package says of itself wrongly is named, and ends no kernel", () => {
    for (const [said, message] of [
      [null, /jupyterKernel in .*package\.json must be an object/],
      [{ offers: "." }, /jupyterKernel\.offers in .* must be a list of subpaths/],
      [{ register: 1 }, /jupyterKernel\.register in .* must be a command/],
      [{ helpLinks: [{ text: "Help" }] }, /jupyterKernel\.helpLinks in .* must be a list of \{ text, url \}/],
      [{ readers: [] }, /jupyterKernel\.readers in .* must be sentences by extension/],
    ] as const) {
      const wrong = host("misspoken", { jupyterKernel: said });
      assert.throws(() => readHost(wrong), { name: "HostError", message });
      serve([wrong, dyer]);
      assert.equal(identity().name, "dyer");
    }
  });

  test("the arguments by which another process serves them are those it reads", () => {
    serve([weaver, dyer]);
    assert.deepEqual(withoutHosts([...hostArguments(), "connection.json", "--host=late"]), {
      folders: [weaver, dyer],
      rest: ["connection.json", "--host=late"],
    });
  });
});

test("kernels of several hosts share a prefix: each takes back its own", () => {
  const prefix = path.join(folder, "prefix");
  const extensions = path.join(prefix, "share", "jupyter", "labextensions");
  const alone = installKernelspec({ prefix });
  installKernelspec({ prefix, name: "weaver", hosts: [weaver] });
  installKernelspec({ prefix, name: "weaver-wide", hosts: [weaver] });
  assert.equal(path.basename(alone), "typescript");
  uninstallKernelspec({ prefix });
  const manifest = (name: string): string => path.join(extensions, name, "package.json");
  assert.throws(() => readHost(path.dirname(manifest(NAME))), /ENOENT/);
  assert.equal(readHost(path.dirname(manifest("looms-weaver"))).name, "looms-weaver");
  uninstallKernelspec({ prefix, name: "weaver" });
  assert.equal(readHost(path.dirname(manifest("looms-weaver"))).name, "looms-weaver");
  uninstallKernelspec({ prefix, name: "weaver-wide" });
  assert.throws(() => readHost(path.dirname(manifest("looms-weaver"))), /ENOENT/);
});

test("a kernelspec of before kernelspecs named their kernel is taken back, with its host's extension", () => {
  const prefix = path.join(folder, "earlier");
  const root = host("spinner", {}, { "dist/kernel/main.js": "" });
  const written = installKernelspec({ prefix, name: "spinner", hosts: [root] });
  const argv = [
    "node",
    "--max-semi-space-size=1",
    path.join(root, "dist", "kernel", "main.js"),
    "{connection_file}",
  ];
  writeFileSync(path.join(written, "kernel.json"), JSON.stringify({ argv, metadata: { debugger: true } }));
  assert.equal(uninstallKernelspec({ prefix, name: "spinner" }), written);
  assert.throws(() => readHost(path.join(prefix, "share", "jupyter", "labextensions", "spinner")), /ENOENT/);
});

describe("cells under a host", () => {
  serve([weaver, dyer]);
  const { run, value, failure, write } = hostedCells(path.join(folder, "cells"), [weaver, dyer]);

  test("import it from anywhere, and find the kernel's display by its name", async () => {
    assert.equal(await value('import { weave } from "@looms/weaver"; weave(21)'), "42");
    assert.equal(await value('(await import("@looms/weaver/knots")).knot'), "'bowline'");
    assert.equal(await value('import { dye } from "dyer"; dye'), "'indigo'");
    write("uses.ts", 'import { dye } from "dyer"; export const used: string = dye;');
    assert.equal(await value('import { used } from "./uses"; used'), "'indigo'");
    for (const name of ["Jupyter.output", "@looms/weaver.display", "dyer.display"]) {
      const { displays } = await run(`globalThis[Symbol.for("${name}")]("here")`);
      assert.equal(displays.length, 1, name);
    }
  });

  test("see nothing of the arguments that name it", async () => {
    assert.equal(await value("process.argv.length"), "2");
  });

  test("are told its own way to read a file, and where its code failed, by its name", async () => {
    write("a.warp", "");
    assert.match(await failure('import "./a.warp"'), /; unroll it: await unroll\("a\.warp"\)/);
    assert.match(
      await failure('import { fails } from "@looms/weaver"; fails()'),
      /@looms\/weaver\/lib\/index\.js:1/,
    );
    assert.match(await failure("html`x`"), new RegExp(`hint: import \\{ html \\} from "${NAME}/display"`));
  });

  test("have its types, of names that it does not offer, too", async () => {
    serve([weaver, dyer]);
    const service = new LanguageService({
      folder: path.join(folder, "cells"),
      log: message => assert.fail(message),
    });
    try {
      const code =
        'import { weave } from "@looms/weaver"; import { knot } from "@looms/weaver/knots"; weave(knot)';
      const found = await service.check(code, true);
      assert.deepEqual(
        found.map(each => each.code),
        [2345],
      );
    } finally {
      service.stop();
    }
  });
});
