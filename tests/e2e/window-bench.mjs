// The release window beside Chromium on the same page, on the same screen: from the start to the day's list as
// the vault has it, and the memory of all processes. And in Chromium, with a chart of some 4,500 resources open:
// how long frames take while it is scrolled and the note is typed. Prints rows as JSON.
//   cargo bench-all window
// { sandbox, shots, user, opened, screen, window: {server, application, args}, host: {program, args}, data, copy }
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium as playwright } from 'playwright-core';
import { frames, keyToPaint, typing } from './frames.mjs';
import { chartIsThere, openVisit } from './journey.mjs';
import { tree, proportional } from './memory.mjs';
import { openPage } from './page.mjs';
import { Picture, untilShown } from './picture.mjs';
import { SystemBrowser, chromiumPath, fileInbox, openChromium } from './system-browser.mjs';

const HAROLD = 'harold-lindqvist';
const STARTS = 7;
const WARM_UP = 1;
/** Nothing more is loaded, and what was freed went back. */
const SETTLED_MS = 8_000;
const SIZE = ['--window-size=1280,800', '--window-position=0,0'];
const FLAGS = [
  '--no-sandbox',
  '--test-type',
  '--no-first-run',
  '--disable-dev-shm-usage',
  '--disable-gpu',
];
const log = (line) => process.stderr.write(`${line}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens the chart in the window and says what that takes; the vault then has it. */
async function prepare(asked) {
  const chromium = await openChromium();
  const browser = await SystemBrowser.open(chromium);
  const stop = browser.follow(fileInbox(asked.opened));
  const { openWindow } = await import('./window.mjs');
  const window = await openWindow(asked.window);
  try {
    await window.see('signed-out');
    const { sandbox, user } = asked;
    await openVisit({ window, browser, portal: sandbox.portal, user, patient: HAROLD });
    await pause(SETTLED_MS);
    return await proportional(await tree((one) => one.program === asked.window.application));
  } finally {
    await stop();
    await window.close();
    await chromium.close();
  }
}

async function devHost({ program, args }) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(30_000) });
  return { ...JSON.parse(line), stop: () => child.kill('SIGTERM') };
}

async function end(child, closed = once(child, 'exit')) {
  process.kill(-child.pid, 'SIGTERM');
  await Promise.race([closed, pause(5_000)]);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
  await pause(500);
}

const started = (program, args) => async () =>
  spawn(program, args, { stdio: 'ignore', detached: true });

/** As little as can be scrolled and typed into: what the machine itself takes. */
async function emptyPage(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.setContent(`<div data-testid="pane-chart" style="height: 400px; overflow: auto">
    <div style="height: 90000px"></div></div><textarea data-testid="note-plan"></textarea>`);
  return page;
}

/** Alternately, from nothing to the screen that stays. */
async function starts(asked, host, profile) {
  const picture = new Picture(asked.screen);
  const page = `${host.url}/#host=${encodeURIComponent(host.url)}&token=${host.token}`;
  const ours = started(asked.window.application, asked.window.args);
  const flags = [...FLAGS, ...SIZE, `--user-data-dir=${profile}`, `--app=${page}`];
  const theirs = started(chromiumPath(), flags);
  const times = { ours: [], peer: [] };
  for (let n = 0; n < WARM_UP + STARTS; n += 1) {
    for (const [who, start] of [
      ['ours', ours],
      ['peer', theirs],
    ]) {
      const { ms, stop } = await untilShown(picture, start);
      await end(stop);
      if (n >= WARM_UP) times[who].push(ms);
      log(`    ${who}: ${ms.toFixed(0)} ms`);
    }
  }
  return times;
}

/** A Chromium on the screen, and its first process. */
async function chromium(what, more = []) {
  const server = await playwright.launchServer({
    executablePath: chromiumPath(),
    headless: false,
    args: [...FLAGS, ...SIZE, ...more],
  });
  const browser = await playwright.connect(server.wsEndpoint());
  try {
    return await what(browser, server.process().pid);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The memory of Chromium with the chart open, and its frames while the chart is scrolled and the note typed. */
const shown = (host) =>
  chromium(async (browser, first) => {
    const page = await openPage(browser, host);
    await chartIsThere(page);
    await pause(SETTLED_MS);
    const memory = await proportional(await tree(({ pid }) => pid === first));
    const ours = { scrolled: await frames(page.page), ...(await typing(page.page)) };
    await page.close();
    const empty = await emptyPage(browser);
    return { memory, ours, peer: { scrolled: await frames(empty), ...(await typing(empty)) } };
  });

/** Typing where nothing waits for a display. */
const painted = (host) =>
  chromium(
    async (browser) => {
      const page = await openPage(browser, host);
      await chartIsThere(page);
      await pause(SETTLED_MS);
      const ours = await keyToPaint(page.page);
      await page.close();
      return { ours, peer: await keyToPaint(await emptyPage(browser)) };
    },
    ['--disable-gpu-vsync', '--disable-frame-rate-limit'],
  );

async function main() {
  const asked = JSON.parse(process.env.CHARTSIDE_E2E ?? 'null');
  if (!asked) throw new Error('CHARTSIDE_E2E is missing; this is started by `cargo bench-all`');
  log('opening the chart in the release window …');
  const ourMemory = await prepare(asked);
  await cp(asked.data, asked.copy, { recursive: true });
  const host = await devHost(asked.host);
  const profile = await mkdtemp(join(asked.shots, 'chromium-'));
  try {
    log('starting the window and Chromium by turns …');
    const cold = await starts(asked, host, profile);
    log('the same page in Chromium …');
    const { memory, ours, peer } = await shown(host);
    const pair = (what) => ({ ours: ours[what], peer: peer[what] });
    const rows = {
      cold,
      memory: { ours: [ourMemory], peer: [memory] },
      scrolled: pair('scrolled'),
      typed: pair('typed'),
      keys: pair('keys'),
      painted: await painted(host),
    };
    process.stdout.write(`${JSON.stringify(rows)}\n`);
  } finally {
    host.stop();
    await rm(profile, { recursive: true, force: true });
  }
}

main().catch((error) => {
  log(`✗ ${error.stack}`);
  process.exitCode = 1;
});
