/**
 * `node scripts/lock-python.mjs`: writes requirements.lock anew from requirements.txt, with the newest versions that pip
 * finds. Run on Linux x86-64 with CPython 3.11, whose binary wheels then have hashes; pure wheels have them everywhere.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipInstall } from "./pip.mjs";
import { root, venvPython } from "./setup.mjs";
import { tail } from "./step.mjs";

const folder = mkdtempSync(join(tmpdir(), "netspace-lock-"));
try {
  const report = join(folder, "report.json");
  const args = ["--dry-run", "--ignore-installed", "--report", report, "-r", join(root, "requirements.txt")];
  const { code, output } = await pipInstall(venvPython, args);
  if (code !== 0) throw new Error(`pip could not resolve requirements.txt\n${tail(output)}`);
  const { install, environment } = JSON.parse(readFileSync(report, "utf8"));
  const locked = install
    .map(({ metadata: { name, version }, download_info: { url, archive_info } }) => ({
      line: `${name.toLowerCase().replaceAll(/[-_.]+/g, "-")}==${version} --hash=sha256:${archive_info.hashes.sha256}`,
      pure: url.endsWith("-none-any.whl"),
    }))
    .sort((a, b) => (a.line < b.line ? -1 : 1));
  const lines = pure => locked.filter(each => each.pure === pure).map(({ line }) => line);
  const platform = `${environment.sys_platform}-${environment.platform_machine}-cp${environment.python_version.replace(".", "")}`;
  const text = [
    "# What requirements.txt comes to, by name, version and content; scripts/lock-python.mjs wrote it.",
    "# any platform",
    ...lines(true),
    `# ${platform}`,
    ...lines(false),
    "",
  ].join("\n");
  writeFileSync(join(root, "requirements.lock"), text);
  console.log(`requirements.lock: ${locked.length} packages, ${lines(true).length} for any platform`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
