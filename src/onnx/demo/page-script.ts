/**
 * What runs in a demo's page, as text: opens the model with the runtime that the page holds, lets its reader draw, drop
 * or choose an image, and shows what the network makes of it. It fetches nothing.
 */
export const PAGE_SCRIPT = `
"use strict";
const facts = JSON.parse(document.getElementById("facts").textContent);
const { resolution, mean, std, classes, maps, examples, paper, pen } = facts;
const place = id => document.getElementById(id);
const status = place("status"), canvas = place("image"), scores = place("scores");
const context = canvas.getContext("2d", { willReadFrequently: true });
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const packed = async id =>
  new Uint8Array(await new Response(new Blob([bytesOf(place(id).textContent)]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

// Rows of the scores and of the feature maps, made once.
const rows = classes.map(name => {
  const row = scores.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  const number = row.insertCell(), bar = row.insertCell().appendChild(document.createElement("meter"));
  bar.max = 1;
  bar.setAttribute("aria-label", "probability of " + name);
  return { row, number, bar };
});
const drawn = maps.map(({ name, channels, height, width }) => {
  const row = place("maps").insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  row.insertCell().textContent = channels + " × " + height + " × " + width;
  const map = row.insertCell().appendChild(document.createElement("canvas"));
  [map.width, map.height] = [width, height];
  map.setAttribute("role", "img");
  map.setAttribute("aria-label", "mean over the channels of " + name + ", " + height + " by " + width + " values");
  return map;
});

let session, wanted = false, running = false;
async function classify() {
  wanted = true;
  if (!session || running) return;
  running = true;
  try {
    while (wanted) await classifyOnce();
  } catch (error) {
    status.textContent = "The network could not be run: " + (error && error.message || error);
  } finally {
    running = false;
  }
}
async function classifyOnce() {
  wanted = false;
  const { data } = context.getImageData(0, 0, resolution, resolution), pixels = resolution * resolution;
  const input = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < pixels; i++) input[c * pixels + i] = (data[4 * i + c] / 255 - mean[c]) / std[c];
  const begun = performance.now();
  const out = await session.run({ input: new onnxruntime.Tensor("float32", input, [1, 3, resolution, resolution]) });
  show(out, performance.now() - begun);
}
function show(out, ms) {
  const logits = [...out[session.outputNames[0]].data];
  const most = Math.max(...logits), parts = logits.map(value => Math.exp(value - most));
  const sum = parts.reduce((a, b) => a + b, 0), best = logits.indexOf(most);
  rows.forEach(({ row, number, bar }, i) => {
    const share = parts[i] / sum;
    number.textContent = (100 * share).toFixed(1) + " %";
    number.dataset.logit = String(logits[i]);
    bar.value = share;
    row.classList.toggle("best", i === best);
  });
  maps.forEach(({ name, channels, height, width }, m) => {
    const { data, dims } = out[name], size = height * width, means = new Float64Array(size);
    if (dims[1] !== channels || dims[2] !== height || dims[3] !== width) throw new Error(name + " has another size: " + dims);
    for (let i = 0; i < data.length; i++) means[i % size] += data[i] / channels;
    const low = Math.min(...means), range = Math.max(...means) - low || 1;
    const picture = new ImageData(width, height);
    means.forEach((value, i) => picture.data.set([(255 * (value - low)) / range, (255 * (value - low)) / range, (255 * (value - low)) / range, 255].map(Math.round), 4 * i));
    drawn[m].getContext("2d").putImageData(picture, 0, 0);
  });
  status.textContent = "Most likely " + classes[best] + ", " + rows[best].number.textContent + " (" + ms.toFixed(0) + " ms)";
}

// Images: examples as they are, others brought to the network's size, with paper around them.
const wipe = () => {
  context.fillStyle = place("paper").value;
  context.fillRect(0, 0, resolution, resolution);
};
async function take(file) {
  try {
    const image = await createImageBitmap(file);
    const scale = resolution / Math.max(image.width, image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    wipe();
    context.imageSmoothingQuality = "high";
    context.drawImage(image, (resolution - width) / 2, (resolution - height) / 2, width, height);
    classify();
  } catch {
    status.textContent = file.name + " is no image that this browser reads; PNG, JPEG and WebP are";
  }
}
function takeExample({ pixels }) {
  context.putImageData(new ImageData(new Uint8ClampedArray(bytesOf(pixels)), resolution, resolution), 0, 0);
  classify();
}
examples.forEach((example, i) => {
  const button = document.createElement("button");
  button.type = "button";
  const small = button.appendChild(document.createElement("canvas"));
  small.width = small.height = resolution;
  small.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(bytesOf(example.pixels)), resolution, resolution), 0, 0);
  button.setAttribute("aria-label", "test image " + (i + 1) + ", labelled " + classes[example.label]);
  button.title = classes[example.label];
  button.addEventListener("click", () => takeExample(example));
  place("examples").append(button);
});
place("file").addEventListener("change", event => event.target.files[0] && take(event.target.files[0]));
for (const kind of ["dragover", "drop"]) addEventListener(kind, event => event.preventDefault());
addEventListener("drop", event => event.dataTransfer.files[0] && take(event.dataTransfer.files[0]));
addEventListener("paste", event => event.clipboardData.files[0] && take(event.clipboardData.files[0]));
place("clear").addEventListener("click", () => (wipe(), classify()));

// The pen: mouse, finger or pencil; on the keyboard, arrows move it and Shift with them draws.
let last;
const widest = Math.max(1, Math.round(resolution / 14));
const line = (from, to) => {
  context.strokeStyle = place("pen").value;
  context.lineWidth = widest;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y + 0.01);
  context.stroke();
  classify();
};
const at = event => {
  const box = canvas.getBoundingClientRect();
  return { x: ((event.clientX - box.left) / box.width) * resolution, y: ((event.clientY - box.top) / box.height) * resolution };
};
canvas.addEventListener("pointerdown", event => {
  if (event.button !== 0) return;
  canvas.setPointerCapture(event.pointerId);
  last = at(event);
  line(last, last);
});
canvas.addEventListener("pointermove", event => {
  if (!last || !canvas.hasPointerCapture(event.pointerId)) return;
  const now = at(event);
  line(last, now);
  last = now;
});
canvas.addEventListener("pointerup", () => (last = undefined));
canvas.addEventListener("pointercancel", () => (last = undefined));
let key = { x: resolution / 2, y: resolution / 2 };
const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
canvas.addEventListener("keydown", event => {
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  const inside = value => Math.min(resolution, Math.max(0, value));
  const next = { x: inside(key.x + move[0]), y: inside(key.y + move[1]) };
  if (event.shiftKey) line(key, next);
  key = next;
  status.textContent = "pen at column " + Math.round(key.x) + ", row " + Math.round(key.y);
});

place("paper").value = paper;
place("pen").value = pen;
(async () => {
  try {
    session = await onnxruntime.open(await packed("runtime"), await packed("model"));
    status.textContent = "Draw, drop or choose an image.";
    if (examples.length > 0) takeExample(examples[0]);
    else wipe();
  } catch (error) {
    status.textContent = "The network could not be opened: " + error.message + ". The page needs a browser with WebAssembly SIMD, as those since 2023 have.";
  }
})();
`;
