/** `netspace sweep watch DIR`: a page of a running sweep, for a browser on this machine. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { watchSweep } from "../../report/watch/watch-sweep.js";
import { specFile } from "../../trials/spec-file.js";
import { count } from "../options.js";
import { printLine, printNote } from "../print.js";

export const sweepWatchCommand = (): Command =>
  new Command("watch")
    .description("serve a page of a sweep that renews itself, to browsers on this machine; Ctrl-C ends it")
    .argument("<folder>", "the sweep's folder; one that is not there yet is waited for")
    .option("--port <port>", "default: any that is free", count)
    .action(async (folder: string, { port }: { port?: number }) => {
      const { url } = await watchSweep(folder, port);
      if (!existsSync(specFile(folder))) {
        printNote(`there is no sweep in ${folder} yet; the page waits for it`);
      }
      printLine(url);
      process.stderr.write("whoever has this address sees the page; Ctrl-C ends it\n");
    });
