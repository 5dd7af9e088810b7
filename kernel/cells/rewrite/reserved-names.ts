/**
 * Names that belong to everybody in the process, and what they are called in scripts when a cell declares them.
 *
 * What a cell declares is seen by every program in the process, before the global object's properties: by the kernel,
 * which needs its `Map`, and by packages, which ask whether there is a `define` or a `document`. So a cell's binding of
 * such a name has another name in the script, which looks the same.
 */

import { HOOK } from "../hook.js";

/** Zero-width characters, which may stand in a name, and which nobody writes in this order. */
const MARK = "\u200c\u200d\u200c";
const MARKS = new RegExp(`${MARK}\\d*`, "g");

/** What the kernel defines for cells. */
const KERNEL = ["_", "display", "progress", "require", "prompt", "clearOutput"];

/** Every name that the global object answers to, also through its prototypes. */
const GLOBALS = new Set<string>(KERNEL);
for (let object: unknown = globalThis; object; object = Object.getPrototypeOf(object)) {
  for (const name of Object.getOwnPropertyNames(object)) GLOBALS.add(name);
}
// Scripts speak of these, which therefore no cell can declare: V8 refuses it.
for (const name of [HOOK, `${HOOK}_flags`]) GLOBALS.delete(name);

/** No globals of Node, but packages look for them to learn where they run. */
const LOOKED_FOR = new Set(
  `
  define module exports __filename __dirname __esModule
  window self document location history frames localStorage sessionStorage indexedDB caches importScripts
  addEventListener removeEventListener dispatchEvent postMessage onmessage onerror
  requestAnimationFrame cancelAnimationFrame requestIdleCallback cancelIdleCallback matchMedia getComputedStyle
  getSelection alert confirm devicePixelRatio trustedTypes
  Window Document HTMLDocument XMLDocument DocumentFragment ShadowRoot Node NodeList Element Text Comment Attr
  DOMParser XMLSerializer XPathResult Range Selection HTMLCollection HTMLElement HTMLAnchorElement
  HTMLCanvasElement HTMLDivElement HTMLFormElement HTMLIFrameElement HTMLImageElement HTMLInputElement
  HTMLScriptElement HTMLStyleElement HTMLTemplateElement HTMLVideoElement SVGElement SVGSVGElement MathMLElement
  CSS CSSStyleSheet CSSStyleDeclaration StyleSheet
  Image ImageData ImageBitmap createImageBitmap OffscreenCanvas CanvasRenderingContext2D Path2D
  WebGLRenderingContext WebGL2RenderingContext GPU GPUBufferUsage GPUTextureUsage GPUMapMode GPUShaderStage
  Audio AudioContext OfflineAudioContext webkitAudioContext MediaStream MediaRecorder
  Worker SharedWorker ServiceWorker WorkerGlobalScope DedicatedWorkerGlobalScope SharedWorkerGlobalScope
  ServiceWorkerGlobalScope WorkerNavigator WorkerLocation AudioWorkletGlobalScope
  XMLHttpRequest XDomainRequest FileReader FileReaderSync FileList EventSource Notification RTCPeerConnection
  ResizeObserver MutationObserver WebKitMutationObserver IntersectionObserver
  UIEvent MouseEvent KeyboardEvent TouchEvent PointerEvent WheelEvent InputEvent ErrorEvent ProgressEvent
  PromiseRejectionEvent StorageEvent IDBFactory IDBKeyRange Storage Cache CacheStorage
  ActiveXObject VBArray msCrypto Deno Bun nw wx WeixinJSBridge cordova chrome browser safari opera netscape
  HermesInternal EdgeRuntime nativeFabricUIManager WScript phantom Packages scriptArgs unsafeWindow
  jQuery Zepto ko angular React ReactDOM Vue Ember Backbone Zone MathJax goog dojo YUI requirejs System
  jest vi afterEach beforeEach afterAll beforeAll jasmine QUnit Cypress
  regeneratorRuntime __webpack_require__ __webpack_modules__ __non_webpack_require__ __webpack_public_path__
  __DEV__ __BROWSER__ DEBUG __REACT_DEVTOOLS_GLOBAL_HOOK__ __VUE_DEVTOOLS_GLOBAL_HOOK__ __VUE_PROD_DEVTOOLS__
  __VUE_OPTIONS_API__ __coverage__ __karma__ Observable Temporal ShadowRealm AsyncIterator AsyncContext gc
  `
    .trim()
    .split(/\s+/),
);

/** Whether a cell's binding of a name is kept out of other programs' sight. */
export function isReserved(name: string): boolean {
  return GLOBALS.has(name) || LOOKED_FOR.has(name);
}

/** Whether Node or the kernel has a global of this name. */
export function isGlobal(name: string): boolean {
  return GLOBALS.has(name);
}

/** What a cell's binding of a reserved name is called in scripts. */
export function hiddenName(name: string): string {
  return name + MARK;
}

/** What a binding that compilation made for one cell is called in scripts, where no other cell's can be meant. */
export function helperName(name: string, cell: number): string {
  return `${name}${MARK}${cell}`;
}

/** Whether a binding was made by compilation. */
export function isHelper(name: string): boolean {
  return name.includes(MARK) && !name.endsWith(MARK);
}

/** A text, such as an error's message, with the names that the user wrote. */
export function withPlainNames(text: string): string {
  return text.includes(MARK) ? text.replace(MARKS, "") : text;
}
