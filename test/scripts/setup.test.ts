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
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "netspace-setup-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A clone with its npm packages in place, seen through a PATH that holds the given programs only. */
function setUp(
  programs: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): { status: number | null; said: string } {
  const clone = mkdtempSync(join(folder, "clone-"));
  for (const name of [
    "scripts",
    "native",
    "requirements.txt",
    "requirements.lock",
    "package.json",
    "package-lock.json",
  ]) {
    cpSync(join(root, name), join(clone, name), {
      recursive: true,
      filter: file => !file.includes("native/build/"),
    });
  }
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  writeFileSync(join(clone, "tsconfig.json"), '{ "files": ["empty.ts"] }');
  writeFileSync(join(clone, "empty.ts"), "export {};\n");
  const path = join(clone, "path");
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, "node"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(path, name), text, { mode: 0o755 });
  }
  const { status, stderr, stdout } = spawnSync(process.execPath, ["scripts/setup.mjs", ...args], {
    cwd: clone,
    env: { PATH: path },
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

test("without Python, set-up says so in one sentence with the remedy, and the library is still built", () => {
  const { status, said } = setUp({});
  assert.equal(status, 0, said);
  assert.equal(
    said.trim(),
    "✗ Python packages: needs Python ≥ 3.10 with venv, found none; install it and run this again " +
      "(without it: no JupyterLab and no torch engine, the library itself works)",
  );
});

test("a Python that is too old is named with its version", () => {
  const { said } = setUp({ python3: '#!/bin/sh\necho "3.8"\n' });
  assert.match(said, /needs Python ≥ 3\.10 with venv, found python3 3\.8; install it/);
});

test("a set of images is asked for by its name, and nothing is done where it is there", () => {
  assert.deepEqual(setUp({}, ["--dataset", "mnist"]), {
    status: 2,
    said: '✗ setup: --dataset must be one of fashion-mnist, got "mnist"\n',
  });
  const isThere = existsSync("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");
  const { said } = setUp({}, ["--dataset", "fashion-mnist"]);
  assert.equal(said.includes("✗ fashion-mnist: there is no apt-get here"), !isThere);
});

/** What the set-up says of Fashion-MNIST where it is not installed, with this apt-get, or none. */
function installed(apt: string | undefined, as = "process.getuid = () => 0"): string {
  const path = mkdtempSync(join(folder, "path-"));
  if (apt !== undefined) writeFileSync(join(path, "apt-get"), `#!/bin/sh\n${apt}\n`, { mode: 0o755 });
  const script = `
    ${as};
    const { installDataset } = await import(${JSON.stringify(new URL("scripts/dataset.mjs", `file://${root}/`).href)});
    console.log(await installDataset("fashion-mnist", "/nowhere").catch(error => error.message));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: path },
    encoding: "utf8",
  });
  return (stdout + stderr).trim();
}

test("apt installs a set of images; where it cannot, set-up says what to do", {
  skip: process.platform === "win32" && "has no apt",
}, () => {
  const instead = /copy train-images-idx3-ubyte\.gz, .* from data\/fashion of the repository .*: idx:FOLDER$/;
  const none = installed(undefined);
  assert.match(none, /^there is no apt-get here to install dataset-fashion-mnist; copy/);
  assert.match(none, instead);
  const user = installed("exit 0", "process.getuid = () => 1000");
  assert.match(
    user,
    /^only root may install packages; run "sudo apt-get install dataset-fashion-mnist"; without sudo, copy/,
  );
  assert.match(user, instead);
  const unknown = '[ "$1" = install ] && echo "E: Unable to locate package" && exit 100; exit 0';
  assert.match(
    installed(unknown),
    /^apt-get install dataset-fashion-mnist failed; copy [^]*\n {4}E: Unable to locate package$/,
  );
  // The list of packages comes with the first update.
  const list = join(folder, "list");
  const fresh = `[ "$1" = update ] && : > ${list}; [ "$1" = install ] && [ ! -e ${list} ] && exit 100; exit 0`;
  assert.match(
    installed(fresh),
    /^dataset-fashion-mnist installed into \/usr\/share\/datasets\/fashion-mnist; netspace train/,
  );
});

test("the lock file has each package that is required, by version and content", () => {
  const lines = (file: string): string[] =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .filter(line => line !== "" && !line.startsWith("#"));
  const locked = lines("requirements.lock");
  for (const line of locked) assert.match(line, /^[a-z0-9-]+==\S+ --hash=sha256:[0-9a-f]{64}$/);
  for (const required of lines("requirements.txt")) {
    const name = /^[\w-]+/.exec(required)?.[0] ?? "";
    assert.ok(
      locked.some(line => line.startsWith(`${name}==`)),
      `${name} is in the lock file`,
    );
  }
  assert.ok(locked.length > 90, "what is required requires more");
});

/** A Python that says what it is asked for, and finds PyTorch on one index only. */
const recording = (log: string, { platform, reachable }: { platform: string; reachable: boolean }): string =>
  `#!/bin/sh
case "$*" in
  *version_info*machine* | *machine*version_info*) echo ${platform} ;;
  *version_info*) echo 3.11 ;;
  *importlib.metadata*) exit 1 ;;
  *"-m venv"*) /bin/mkdir -p .venv/bin && /bin/cp "$0" .venv/bin/python ;;
  *"pip install"*)
    list=; for word in "$@"; do case "$word" in *.txt) list=$word ;; esac; done
    echo "$* :: $(/bin/cat "$list" | /usr/bin/tr '\\n' ' ')" >> ${log}
    case "$*" in
      *torch.txt*index-url*) ${reachable ? "exit 0" : "exit 1"} ;;
      *torch.txt*) exit 1 ;;
    esac ;;
esac
`;

for (const [platform, hashed] of [
  ["linux-x86_64-cp311", true],
  ["linux-x86_64-cp313", false],
] as const) {
  const gpu = existsSync("/dev/nvidiactl") && "needs a machine without a GPU";
  test(`Python packages of ${platform} are installed by version and content, PyTorch from its own index alone`, {
    skip: gpu || (process.platform !== "linux" && "needs Linux"),
  }, () => {
    const log = join(folder, `${platform}.log`);
    const { said } = setUp({ python3: recording(log, { platform, reachable: true }) });
    assert.match(
      said,
      /PyTorch without CUDA comes from https:\S+\/whl\/cpu, which is asked for nothing else/,
    );
    const calls = readFileSync(log, "utf8").trim().split("\n");
    const of = (text: string): string[] => calls.filter(call => call.includes(text));
    // In pure Python: with hashes everywhere.
    assert.match(of(" nbclient==")[0] ?? "", /--no-deps .*--require-hashes .* nbclient==\S+ --hash=sha256:/);
    assert.equal(/--require-hashes/.test(of(" numpy==")[0] ?? ""), hashed);
    assert.equal(/ numpy==\S+ --hash=sha256:/.test(of(" numpy==")[0] ?? ""), hashed);
    const [elsewhere = "", ...more] = of("--index-url");
    assert.deepEqual(more, []);
    assert.match(elsewhere, /--no-deps .*:: torch==\d\S+\+cpu (--hash=sha256:\w+ )?$/);
    assert.equal(elsewhere.includes("--hash"), hashed);
    assert.ok(!calls.some(call => call.includes("extra-index-url")));
  });
}

test("where PyTorch's index is out of reach, set-up says what it takes instead", {
  skip: process.platform !== "linux" && "needs Linux",
}, () => {
  const log = join(folder, "unreachable.log");
  const { said } = setUp({ python3: recording(log, { platform: "linux-x86_64-cp312", reachable: false }) });
  if (!existsSync("/dev/nvidiactl"))
    assert.match(said, /is out of reach; pip's own index has PyTorch with CUDA/);
  assert.match(readFileSync(log, "utf8"), / torch==\d+\.\d+\.\d+ /);
});

test("--engine takes the engines there are", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/setup.mjs", "--engine", "jax"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /--engine must be one of torch, tensorflow, got "jax"/);
});
