/** `netspace table`: spaces of which every function is trained once, to search on again and again. */
import { Command } from "commander";
import { tableDescribeCommand } from "./describe.js";
import { tablePackCommand } from "./pack.js";
import { tableTrainCommand } from "./train.js";
import { tableVerifyCommand } from "./verify.js";

export const tableCommand = (): Command =>
  new Command("table")
    .description("train a small space completely, and keep it as a table that searches run on")
    .addCommand(tableTrainCommand())
    .addCommand(tablePackCommand())
    .addCommand(tableVerifyCommand())
    .addCommand(tableDescribeCommand());
