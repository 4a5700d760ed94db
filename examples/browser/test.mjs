// Opens the page in Chromium, drops a test picture of Fashion-MNIST onto it, then
// draws on it, and reads the answers:
//
//	node examples/browser/test.mjs [SCREENSHOTS]
//
// Chromium listens to the DevTools protocol on a pipe:
// https://chromedevtools.github.io/devtools-protocol/. SCREENSHOTS is a folder for
// pictures of the page.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32, deflateSync, gunzipSync } from "node:zlib";

const screenshots = process.argv[2] && resolve(process.argv[2]);
process.chdir(join(import.meta.dirname, "../.."));
const folder = mkdtempSync(join(tmpdir(), "page-"));
const running = [];

try {
	await test();
	console.log("the page answers as it should");
} finally {
	await Promise.all(running.map(stop));
	await eventually("the folder is gone", removed);
}

// removed removes the folder, or says that Chromium's helpers, which outlive it for a
// moment, have just written to its profile.
function removed() {
	try {
		rmSync(folder, { recursive: true, force: true });
		return true;
	} catch (error) {
		if (error.code !== "ENOTEMPTY") throw error;
		return false;
	}
}

async function test() {
	execFileSync("examples/browser/build", [join(folder, "page")], { stdio: "inherit" });
	execFileSync("go", ["build", "-o", folder, "./examples/browser/serve", "./examples/embed"], { stdio: "inherit" });
	const picture = join(folder, "picture.png"); // the first of the test set
	const images = gunzipSync(readFileSync("data/fashion-mnist/t10k-images-idx3-ubyte.gz"));
	writeFileSync(picture, png(images.subarray(16, 16 + 28 * 28), 28));

	const address = await firstLine(start(join(folder, "serve"), [join(folder, "page")]));
	const page = await open(address);
	await page.until(`document.getElementById("note")?.textContent === "Ready"`);
	await page.screenshot("empty");

	// A drop must give the answer that the same network gives without a browser.
	const [, name, probability] = execFileSync(join(folder, "embed"), [picture], { encoding: "utf8" }).match(/: (.*) ([\d.]+)\n$/);
	const box = await page.value(`(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2, size: width }))(document.getElementById("pad").getBoundingClientRect())`);
	const data = { items: [], files: [picture], dragOperationsMask: 1 };
	for (const type of ["dragEnter", "dragOver", "drop"])
		await page.send("Input.dispatchDragEvent", { type, x: box.x, y: box.y, data });
	await page.until(`document.getElementById("note")?.textContent === "It looks like"`);
	const percent = (100 * probability).toFixed(1) + " %";
	assert.equal(name, "Ankle boot");
	assert.deepEqual(await page.answer(), { name, percent });
	await page.screenshot("dropped");

	// A file that is no picture.
	const text = join(folder, "page/index.html");
	for (const type of ["dragEnter", "dragOver", "drop"])
		await page.send("Input.dispatchDragEvent", { type, x: box.x, y: box.y, data: { ...data, files: [text] } });
	await page.until(`document.getElementById("note")?.textContent === "That did not work"`);
	assert.equal(await page.value(`document.getElementById("class").textContent`), "not a PNG, JPEG or GIF picture");

	// A pair of trousers: two legs below a waistband.
	await page.value(`document.getElementById("clear").click()`);
	for (const stroke of [[[-.12, -.4], [.12, -.4]], [[-.12, -.4], [-.15, .42]], [[.12, -.4], [.15, .42]], [[-.09, -.36], [.09, -.36]], [[-.08, -.3], [.08, -.3]]])
		await page.stroke(stroke.map(([x, y]) => [box.x + x * box.size, box.y + y * box.size]));
	await page.until(`document.getElementById("class").textContent === "Trouser"`);
	await page.screenshot("drawn");

	// Dark, narrow, and nothing wider than the window.
	await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
	await page.screenshot("dark");
	for (const width of [1280, 390]) {
		await page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 2, mobile: width < 500 });
		assert.ok(await page.value(`document.documentElement.scrollWidth <= innerWidth`), `the page is wider than ${width} pixels`);
	}
	await page.screenshot("narrow");
	assert.deepEqual(page.complaints, []);
}

// png returns the PNG file of a square of grey pixels.
function png(pixels, side) {
	const number = n => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
	const chunk = (type, data) => {
		const body = Buffer.concat([Buffer.from(type), data]);
		return Buffer.concat([number(data.length), body, number(crc32(body))]);
	};
	const rows = [];
	for (let y = 0; y < side; y++) rows.push(Buffer.from([0]), pixels.subarray(y * side, (y + 1) * side));
	return Buffer.concat([
		Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
		chunk("IHDR", Buffer.concat([number(side), number(side), Buffer.from([8, 0, 0, 0, 0])])),
		chunk("IDAT", deflateSync(Buffer.concat(rows))),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

function start(program, args, stdio = ["ignore", "pipe", "ignore"]) {
	const process = spawn(program, args, { stdio });
	running.push(process);
	return process;
}

async function stop(process) {
	if (process.exitCode === null && process.signalCode === null) {
		process.kill();
		await new Promise(done => process.on("exit", done));
	}
}

async function firstLine(process) {
	let text = "";
	for await (const part of process.stdout) {
		text += part;
		if (text.includes("\n")) return text.split("\n")[0];
	}
	throw new Error(`${process.spawnfile} said nothing`);
}

// open starts Chromium with a page.
async function open(address) {
	const chromium = start("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
		"--remote-debugging-pipe", `--user-data-dir=${join(folder, "profile")}`],
		["ignore", "ignore", "ignore", "pipe", "pipe"]);
	const [, , , input, output] = chromium.stdio;
	const waiting = new Map(), complaints = [];
	let last = 0, rest = "", sessionId;
	output.setEncoding("utf8").on("data", text => {
		const messages = (rest + text).split("\0");
		rest = messages.pop();
		for (const { id, method, params, result, error } of messages.map(message => JSON.parse(message))) {
			if (["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"].includes(method)) complaints.push(params);
			if (error) waiting.get(id)?.failed(new Error(error.message));
			else waiting.get(id)?.done(result);
			waiting.delete(id);
		}
	});
	const page = {
		complaints,
		send(method, params = {}) {
			return new Promise((done, failed) => {
				waiting.set(++last, { done, failed });
				input.write(JSON.stringify({ id: last, method, params, sessionId }) + "\0");
			});
		},
		async value(expression) {
			const { result, exceptionDetails } = await page.send("Runtime.evaluate", { expression, returnByValue: true });
			assert.equal(exceptionDetails, undefined);
			return result.value;
		},
		until: expression => eventually(expression, () => page.value(expression)),
		answer: () => page.value(`({
			name: document.getElementById("class").textContent,
			percent: document.querySelector("li.best").lastElementChild.textContent,
		})`),
		async stroke(points) {
			const mouse = (type, [x, y], buttons) =>
				page.send("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons, clickCount: 1 });
			await mouse("mousePressed", points[0], 1);
			for (const point of points) await mouse("mouseMoved", point, 1);
			await mouse("mouseReleased", points.at(-1), 0);
		},
		async screenshot(name) {
			if (!screenshots) return;
			await sleep(300); // for what moves to come to rest
			const { data } = await page.send("Page.captureScreenshot", { captureBeyondViewport: true });
			mkdirSync(screenshots, { recursive: true });
			writeFileSync(join(screenshots, name + ".png"), data, "base64");
		},
	};
	const { targetId } = await page.send("Target.createTarget", { url: "about:blank" });
	({ sessionId } = await page.send("Target.attachToTarget", { targetId, flatten: true }));
	for (const domain of ["Runtime", "Log", "Page"]) await page.send(domain + ".enable");
	await page.send("Page.navigate", { url: address });
	return page;
}

async function eventually(what, condition) {
	for (const end = Date.now() + 20000; Date.now() < end; await sleep(50))
		if (await condition()) return;
	throw new Error(`it did not come true: ${what}`);
}
