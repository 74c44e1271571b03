// Opens a page in Firefox, takes the steps of standard input, prints their results as JSON.
// See engines.py for what a step is.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, executablePath, address] = process.argv.slice(2);
const { default: puppeteer } = createRequire(join(modules, "package.json"))("puppeteer-core");
const PATIENCE = 60_000; // milliseconds

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  defaultViewport: null, // an older Firefox does not know all that puppeteer sets with it
  args: ["--width=1280", "--height=900"],
});
const results = [];
try {
  const page = await browser.newPage();
  await page.goto(address);
  for (const [kind, words, key] of JSON.parse(readFileSync(0, "utf8"))) {
    if (kind === "evaluate") {
      results.push((await page.evaluate(words)) ?? null);
      continue;
    }
    const element = await page.waitForSelector(words, { visible: true, timeout: PATIENCE });
    if (kind === "press") await element.press(key);
    if (kind === "click") await element.click();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(results));
