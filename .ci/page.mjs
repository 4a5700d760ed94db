// Opens pages in Chromium, from disk, at the width of a desk and of a phone, light
// and dark, and fails if one fetches anything, says anything to the console, or
// scrolls sideways. With -shots it keeps a picture of each, and a PDF of the print.
//
//   node .ci/page.mjs [-shots DIR] PAGE.html...
//
// Chromium listens to the DevTools protocol on a pipe:
// https://chromedevtools.github.io/devtools-protocol/
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

let pages = process.argv.slice(2), shots = "";
if (pages[0] === "-shots") [, shots, ...pages] = pages;
if (shots) mkdirSync(shots, { recursive: true });

const profile = mkdtempSync(join(tmpdir(), "page-"));
const chromium = spawn("chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
  "--remote-debugging-pipe", `--user-data-dir=${profile}`,
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const [, , , input, output] = chromium.stdio;

let last = 0, rest = "";
const waiting = new Map(); // answers, by the number of the question
let heard = () => {}; // is told of events

output.setEncoding("utf8").on("data", (text) => {
  const messages = (rest + text).split("\0");
  rest = messages.pop();
  for (const m of messages.map((m) => JSON.parse(m))) {
    if (!m.id) { heard(m); continue; }
    const { done, fail } = waiting.get(m.id);
    waiting.delete(m.id);
    m.error ? fail(new Error(m.error.message)) : done(m.result);
  }
});

function ask(method, params = {}, sessionId) {
  return new Promise((done, fail) => {
    waiting.set(++last, { done, fail });
    input.write(JSON.stringify({ id: last, method, params, sessionId }) + "\0");
  });
}

const event = (name) => new Promise((done) => {
  const before = heard;
  heard = (m) => { before(m); if (m.method === name) { heard = before; done(m.params); } };
});

async function check(page, width, theme) {
  const complaints = [], url = pathToFileURL(resolve(page)).href;
  const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  const tell = (method, params) => ask(method, params, sessionId);
  heard = ({ method, params }) => {
    if (method === "Runtime.consoleAPICalled") complaints.push(`console.${params.type}: ${params.args.map((a) => a.value)}`);
    if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.text);
    if (method === "Log.entryAdded") complaints.push(`${params.entry.level}: ${params.entry.text}`);
    if (method === "Network.requestWillBeSent" && params.request.url !== url && !params.request.url.startsWith("data:")) {
      complaints.push(`fetches ${params.request.url}`);
    }
  };
  for (const domain of ["Runtime", "Log", "Network", "Page"]) await tell(`${domain}.enable`);
  await tell("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
  await tell("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: theme }] });
  const loaded = event("Page.loadEventFired");
  await tell("Page.navigate", { url });
  await loaded;
  const { result } = await tell("Runtime.evaluate", {
    expression: "[document.documentElement.scrollWidth, innerWidth, document.documentElement.scrollHeight]", returnByValue: true,
  });
  const [content, view, height] = result.value;
  if (content > view || view !== width) complaints.push(`${content} px wide in a view of ${view}`);
  if (shots) {
    const name = join(shots, `${basename(dirname(resolve(page)))}-${basename(page, ".html")}-${width}-${theme}`);
    const { data } = await tell("Page.captureScreenshot", { captureBeyondViewport: true, clip: { x: 0, y: 0, width, height, scale: 1 } });
    writeFileSync(`${name}.png`, Buffer.from(data, "base64"));
    if (width > 600 && theme === "light") {
      const { data } = await tell("Page.printToPDF", { preferCSSPageSize: true, paperWidth: 8.27, paperHeight: 11.69 });
      writeFileSync(`${name}.pdf`, Buffer.from(data, "base64"));
    }
  }
  await ask("Target.closeTarget", { targetId });
  heard = () => {};
  return complaints.map((c) => `${page} at ${width} px, ${theme}: ${c}`);
}

let complaints = [];
for (const page of pages) {
  for (const width of [1280, 390]) {
    for (const theme of ["light", "dark"]) complaints.push(...await check(page, width, theme));
  }
}
await Promise.all([new Promise((done) => chromium.once("exit", done)), ask("Browser.close")]);
// Chromium's helpers outlive it for a moment, and write to its profile.
for (let tries = 100; ; tries--) {
  try {
    rmSync(profile, { recursive: true, force: true });
    break;
  } catch (error) {
    if (error.code !== "ENOTEMPTY" || tries === 0) throw error;
    await new Promise((done) => setTimeout(done, 50));
  }
}
for (const c of complaints) console.error(c);
process.exit(complaints.length > 0 || pages.length === 0 ? 1 : 0);
