/** What stands for pictures where a bundler builds for a browser; package.json's "imports" say when. */

const notHere = (remedy: string, fn = "toPng"): never => {
  throw new Error(`${fn}: expected Node, which draws pictures, got a browser; ${remedy}`);
};

export const renderPng = async (): Promise<never> =>
  notHere("give figure.toJSON() to Plotly.newPlot, or to Plotly.toImage for a picture");
export const svgToPdf = async (): Promise<never> => notHere("print the page to a file", "toPdf");
export const svgToPng = (): never => notHere("the diagram's svg shows itself");
