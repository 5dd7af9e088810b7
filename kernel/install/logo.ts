/** The kernel's logo: a network that branches and joins, whose stages grow as they do in a design space. */

import { Resvg } from "@resvg/resvg-js";

/** The logo as a PNG picture, 64 by 64, for front ends that draw no SVG. */
export function logoPng(): Uint8Array {
  return new Resvg(logo()).render().asPng();
}

/** The logo as SVG, 64 by 64. */
export function logo(): string {
  const nodes = [
    [12, 32, 4],
    [28, 18, 5],
    [28, 46, 5],
    [46, 12, 6],
    [46, 32, 6],
    [46, 52, 6],
  ] as const;
  const edges = [
    [0, 1],
    [0, 2],
    [1, 3],
    [1, 4],
    [2, 4],
    [2, 5],
  ] as const;
  const lines = edges.map(([from, to]) => {
    const [x1, y1] = nodes[from];
    const [x2, y2] = nodes[to];
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
  });
  const dots = nodes.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
<rect width="64" height="64" rx="12" fill="#235a97"/>
<g stroke="#9cc4ee" stroke-width="2.5">${lines.join("")}</g>
<g fill="#ffffff">${dots.join("")}</g>
</svg>
`;
}
