/** What the kernel says about itself. */

import { hosts, identity } from "../hosts/hosts.js";
import { PROTOCOL_VERSION } from "../protocol/messages.js";

/** Content of `kernel_info_reply`, `status` left out. */
export function kernelInfo(): Record<string, unknown> {
  const { name, version } = identity();
  return {
    protocol_version: PROTOCOL_VERSION,
    implementation: name,
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: "7.0",
      mimetype: "application/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `${name} ${version}: TypeScript on Node ${process.versions.node}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node", url: `https://nodejs.org/docs/latest-v${process.versions.node.split(".")[0]}.x/api/` },
      ...hosts().flatMap(({ helpLinks }) => helpLinks),
    ],
    debugger: true,
    supported_features: ["kernel subshells", "debugger"],
  };
}
