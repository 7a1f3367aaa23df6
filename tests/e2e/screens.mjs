// Every view and state of the window as a picture, light and dark, in two sizes, each held against axe:
//   node screens.mjs [NAME]...
// Pictures go to target/screens. It ends with 1 when axe finds a violation or the page reports an error.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from './screens/axe.mjs';
import { serve } from './screens/serve.mjs';
import { views } from './screens/views.mjs';
import { openChromium } from './system-browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR || join(root, 'target');
const folder = join(target, 'screens');
/** So that pictures of two days can be compared. */
const NOW = new Date('2026-11-22T14:20:00-06:00');
const WORKERS = 2;
/** Made by `cargo xtask beside`. */
const OF_THE_DESKTOP = 'beside';
const log = (line) => process.stderr.write(`${line}\n`);

const SIZES = [
  { name: '1280', width: 1280, height: 800, scale: 1 },
  { name: '1920', width: 1920, height: 1080, scale: 1 },
];
/** What a window of 1280 × 800 shows at 200 %. */
const ZOOMED = { name: 'zoom200', width: 640, height: 400, scale: 2 };

function build() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const out = join(folder, 'page');
  const words = ['vite', 'build', '--mode', 'screens', '--outDir', out, '--emptyOutDir'];
  const args = ['exec', '--', ...words, '--logLevel', 'error'];
  execFileSync(npm, args, { cwd: join(root, 'ui'), stdio: ['ignore', 2, 2] });
  return out;
}

/** One view in one theme, in each of the sizes: what axe says of each, and what went wrong. */
async function pictures(browser, address, { view, theme, sizes }) {
  const [first] = sizes;
  const context = await browser.newContext({
    viewport: { width: first.width, height: first.height },
    deviceScaleFactor: first.scale,
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'America/Chicago',
    ...(view.media ?? {}),
  });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.setDefaultTimeout(10_000);
  const done = [];
  for (const size of sizes) {
    const file = `${view.name}-${theme}-${size.name}.png`;
    try {
      if (size === first) {
        await page.clock.setFixedTime(NOW);
        const pane = view.pane ? `&pane=${view.pane}` : '';
        await page.goto(`${address}/#fake=${view.scene ?? view.name}&delay=0${pane}`);
        await page
          .getByTestId(view.wait ?? 'note-hpi')
          .first()
          .waitFor();
        await view.steps?.(page);
        await page.evaluate(() => document.fonts.ready);
      } else {
        await page.setViewportSize({ width: size.width, height: size.height });
        await page.evaluate(
          () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
        );
      }
      await page.screenshot({
        path: join(folder, file),
        animations: 'disabled',
      });
      problems.push(...(await check(page, view)));
    } catch (error) {
      await page.screenshot({ path: join(folder, file) }).catch(() => undefined);
      problems.push(error.message.split('\n')[0]);
    }
    done.push({ file, problems: problems.splice(0) });
  }
  await context.close();
  return done;
}

async function main() {
  const asked = process.argv.slice(2);
  const wanted = asked.length ? views.filter((view) => asked.includes(view.name)) : views;
  if (wanted.length === 0) throw new Error(`there is no view ${asked.join(', ')}`);
  await mkdir(folder, { recursive: true });
  const old = asked.length === 0 ? await readdir(folder) : [];
  for (const name of old.filter((one) => !one.startsWith(OF_THE_DESKTOP)))
    await rm(join(folder, name), { recursive: true });
  const page = await serve(build());
  const browser = await openChromium();
  const jobs = wanted.flatMap((view) => {
    const rounds = view.zoomed ? [SIZES, [ZOOMED]] : [SIZES];
    return ['light', 'dark'].flatMap((theme) => rounds.map((sizes) => ({ view, theme, sizes })));
  });
  const done = [];
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift())
      done.push(...(await pictures(browser, page.address, job)));
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  await browser.close();
  page.close();
  const bad = done.filter((one) => one.problems.length > 0);
  bad.sort((a, b) => a.file.localeCompare(b.file));
  for (const { file, problems } of bad) log(`✗ ${file}\n    ${problems.join('\n    ')}`);
  const sum = {
    views: wanted.length,
    pictures: done.length,
    with_problems: bad.length,
  };
  process.stdout.write(`${JSON.stringify(sum)}\n`);
  log(`pictures: ${folder}`);
  if (bad.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  log(`✗ ${error.message}`);
  process.exitCode = 1;
});
