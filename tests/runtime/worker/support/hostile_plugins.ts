/** Plugins that try what a plugin must not do, by name; `${` holes are their own. */

const END = (body: string, holes = "${hole}") =>
  `${body}
export default plugin("hostile")\`source a { ts timestamp time } feature f on a { x = ${holes}(1) as f64 }\`;
`;

const START = `import { plugin } from "featurizer";\n`;

/** Each probe's outcome is told as the text of a hole: "reached …" or "refused". */
const PROBES: readonly (readonly [name: string, body: string])[] = [
  ["Deno", "return Deno.readTextFileSync('/etc/hostname')"],
  ["Deno.env", "return Deno.env.get('HOME')"],
  ["Deno.Command", "return new Deno.Command('true').outputSync()"],
  ["process", "return process.env"],
  ["fetch", "return fetch('http://127.0.0.1:9')"],
  ["WebSocket", "return new WebSocket('ws://127.0.0.1:9')"],
  ["Worker", "return new Worker('data:,')"],
  ["BroadcastChannel", "return new BroadcastChannel('x')"],
  ["navigator", "return navigator.locks"],
  ["import.meta", "return import.meta.resolve('npm:zod')"],
  ["indirect eval", "return (0, globalThis.eval)('1')"],
  ["Function", "return new Function('return 1')()"],
  ["function constructor", "return (() => {}).constructor('return 1')()"],
  ["async constructor", "return (async () => {}).constructor('return 1')()"],
  ["generator constructor", "return (function* () {}).constructor('return 1')().next()"],
  ["class constructor", "return (class {}).constructor('return 1')()"],
  ["global constructor", "return globalThis.constructor.constructor('return 1')()"],
  ["WebAssembly", "return WebAssembly.Memory"],
  ["SharedArrayBuffer", "return new SharedArrayBuffer(8)"],
  ["Atomics", "return Atomics.wait"],
  ["setTimeout", "return setTimeout('1')"],
  ["postMessage", "return postMessage('x')"],
  ["performance", "return performance.now()"],
  ["crypto", "return crypto.randomUUID()"],
  ["MessageChannel", "return new MessageChannel()"],
  ["FinalizationRegistry", "return new FinalizationRegistry(() => {})"],
  ["Array.prototype", "Array.prototype.kind = 'pong'; return 'changed'"],
  ["Map.prototype", "Map.prototype.get = () => 0; return 'changed'"],
  ["Object.prototype", "Object.prototype.kind = 'pong'; return 'changed'"],
  ["Promise.prototype", "Promise.prototype.then = () => 0; return 'changed'"],
  ["EventTarget", "globalThis.dispatchEvent.constructor; EventTarget.prototype.dispatchEvent = 0"],
  [
    "dispatchEvent",
    "Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(globalThis))).dispatchEvent = 0; return 'changed'",
  ],
  ["Math.random", "return Math.random()"],
  ["Date.now", "return Date.now()"],
  ["new Date()", "return new Date()"],
  ["Date()", "return Date()"],
  ["the real Date", "return new (Object.getPrototypeOf(new Date(0)).constructor)()"],
  ["Temporal.Now", "return Temporal.Now.instant()"],
  ["Math", "Math.sqrt = () => 0; return 'changed'"],
  ["console", "console.log = () => 0; return 'changed'"],
  [
    "stack",
    "Error.prepareStackTrace = (_e, sites) => sites; return typeof new Error().stack === 'string' ? missing : 'sites'",
  ],
];

function writeProbes(): string {
  const holes = PROBES.map(([name, body]) =>
    `\${attempt(${JSON.stringify(name)}, () => { ${body} })}`
  );
  return `${START}
function attempt(name, act) {
  try { return name + ": reached " + String(act()).slice(0, 50); } catch { return name + ": refused"; }
}
export default plugin("probes")\`${holes.join(" ")}\`;
`;
}

/** Source text by name. */
export const HOSTILE_PLUGINS: Readonly<Record<string, string>> = {
  probes: writeProbes(),
  loops_at_load: END(`${START}for (;;);\nconst hole = 1;`),
  waits_at_load: END(`${START}await new Promise(() => {});\nconst hole = 1;`),
  fills_heap_at_load: END(
    `${START}const a = []; for (;;) a.push(new Array(1e5).fill(0.5));\nconst hole = 1;`,
  ),
  throws_at_load: END(`${START}const nothing = null;\nconst hole = nothing.length;`),
  rejects: END(
    `${START}const hole = (x) => { Promise.reject(new Error("left alone")); return x; };`,
  ),
  throws_in_microtask: END(
    `${START}const hole = (x) => { queueMicrotask(() => { throw new Error("later"); }); return x; };`,
  ),
  throws: END(`${START}const hole = (x) => { throw new Error("on purpose " + x); };`),
  loops: END(`${START}const hole = () => { for (;;); };`),
  loops_in_microtasks: END(
    `${START}const f = () => queueMicrotask(f);\nconst hole = (x) => { f(); return x; };`,
  ),
  fills_heap: END(
    `${START}const a = []; const hole = () => { for (;;) a.push(new Array(1e5).fill(0.5)); };`,
  ),
  catches_everything: END(
    `${START}const hole = () => { for (;;) try { const a = []; for (;;) a.push(new Array(1e5).fill(0.5)); } catch {} };`,
  ),
  spies: END(
    `${START}let ports = 0;
const walk = Array.prototype[Symbol.iterator];
for (const name of ["push", "shift", "map", "forEach", "filter", "concat"]) spy(name);
spy(Symbol.iterator);
function spy(name) {
  const real = Array.prototype[name];
  Array.prototype[name] = function (...parts) {
    for (let i = 0; i < this.length; i++) if (this[i]?.port ?? this[i]?.postMessage) ports++;
    return Reflect.apply(real, this, parts);
  };
}
const hole = () => ports;`,
  ),
  behaves: END(
    `${START}
class Odd extends Error { constructor(m) { super(m); this.name = "Odd"; } }
class Row { toString() { return "row"; } }
const row = new Row(); row.toString = () => "mine";
const zone = new Intl.DateTimeFormat("en", { timeZone: "Europe/Berlin", hour: "numeric" });
const copy = structuredClone({ a: [1, 2], m: new Map([[1, new Date(0)]]) });
const words = [..."a-b-c".matchAll(/[a-z]/g)].map((m) => m[0]).toSorted();
function* three() { yield 1; yield 2; yield 3; }
const bytes = new TextEncoder().encode("abc");
const odd = new Odd("x");
if (odd.name !== "Odd" || String(row) !== "mine" || copy.m.size !== 1 || words.length !== 3) throw odd;
if (new TextDecoder().decode(bytes) !== "abc" || zone.format(new Date(0)) !== "1 AM") throw odd;
if (!(copy.m.get(1) instanceof Date) || new Date(Date.UTC(2001, 0)).getUTCFullYear() !== 2001) throw odd;
const hole = (x) => [...three()].reduce((a, b) => a + b, 0) + x;`,
  ),
  answers: END(`${START}const hole = (x) => { console.log("seen", x); return x + 1; };`),
};
