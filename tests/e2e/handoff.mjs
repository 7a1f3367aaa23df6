// The clinic's hand-off pages in a real browser, as shipped: what they hand on, and what stays behind.
// Prints one JSON line a case; tests/integration/handoff.rs compares.
import { readFile } from 'node:fs/promises';
import { openChromium } from './system-browser.mjs';

const pages = new URL('../../src-tauri/packaging/handoff/', import.meta.url);
const origin = 'https://apps.clinic.example';

/** Where a page sends the browser, and what is left in the address bar. */
async function visit(chromium, { page, query, port, framed }) {
  let html = await readFile(new URL(page, pages), 'utf8');
  if (port) html = html.replace('<html ', `<html data-port="${port}" `);
  const tab = await chromium.newPage();
  const elsewhere = [];
  const violations = [];
  tab.on('console', (line) => line.type() === 'error' && violations.push(line.text()));
  await tab.route('**/*', (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/${page}`))
      return route.fulfill({ contentType: 'text/html', body: html });
    if (url.startsWith(`${origin}/frame`))
      return route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="/${page}?${query}"></iframe>`,
      });
    elsewhere.push(url);
    return route.fulfill({ status: 204 });
  });
  // The page leaves at once; only its arrival is waited for.
  const address = framed ? `${origin}/frame` : `${origin}/${page}?${query}`;
  await tab.goto(address, { waitUntil: 'commit' });
  const place = framed ? tab.frameLocator('iframe') : tab;
  await place.locator('main:not([hidden])').waitFor();
  const seen = await place.locator('html').evaluate(() => ({
    link: document.getElementById('open').getAttribute('href'),
    words: document.querySelector('main:not([hidden]) h1').textContent,
    left: location.search,
  }));
  await tab.close();
  return {
    ...seen,
    elsewhere: elsewhere.filter((url) => !url.endsWith('/favicon.ico')),
    violations,
  };
}

const chromium = await openChromium();
try {
  const asked = JSON.parse(process.argv[2]);
  const seen = await Promise.all(asked.map((one) => visit(chromium, one)));
  for (const one of seen) process.stdout.write(`${JSON.stringify(one)}\n`);
} finally {
  await chromium.close();
}
