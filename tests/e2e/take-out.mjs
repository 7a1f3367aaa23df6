// The signed note on its way out of the page: as a PDF in the browser's downloads, and as text in its clipboard.
import { readFile } from 'node:fs/promises';

export async function takeOut(window, words, log) {
  const { page } = window;
  const saving = page.waitForEvent('download');
  await window.click('pdf-note');
  const download = await saving;
  const name = download.suggestedFilename();
  if (!/^[A-Z][\w -]+ \d{4}-\d\d-\d\d\.pdf$/.test(name)) throw new Error(`saved as ${name}`);
  if (!download.url().startsWith('blob:')) throw new Error('the file came by an address');
  const bytes = await readFile(await download.path());
  if (bytes.subarray(0, 5).toString() !== '%PDF-') throw new Error(`${name} is no PDF`);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await window.click('copy-note');
  await window.until('toast', ([one]) => one?.text === 'Copied', 'the word that it is copied');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const missing = words.filter((one) => !text.replace(/\s+/g, ' ').includes(one));
  if (missing.length > 0) throw new Error(`not in the copied text: ${missing.join(' · ')}`);
  log(`    saved as ${name} (${bytes.length} bytes); ${text.length} characters copied`);
}
