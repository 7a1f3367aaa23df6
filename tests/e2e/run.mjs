// Runs the visit and prints one JSON line. What it needs comes as JSON in CHARTSIDE_E2E:
// { surface: "window" | "page", sandbox: {fhir, portal, admin}, shots, user, patient?, data?,
//   window?: {server, application, args}, opened?: FILE, store?: FOLDER, host?: {url, token} }
import { join } from 'node:path';
import { patientsIn } from './data.mjs';
import { chartApart } from './apart.mjs';
import { readDocuments } from './documents.mjs';
import { Ehr } from './ehr.mjs';
import { journey } from './journey.mjs';
import { openPage } from './page.mjs';
import { inventory, readBack } from './readback.mjs';
import { identifying, leaks } from './secrecy.mjs';
import { SystemBrowser, fileInbox, hostInbox, openChromium } from './system-browser.mjs';
import { takeOut } from './take-out.mjs';
import { diagnosis, note, written } from './visit.mjs';
import { attacks, nothingReached } from './walls.mjs';

const MARIA = 'maria-santos';
const log = (line) => process.stderr.write(`${line}\n`);

/** The app still runs: its journals are there. */
async function nothingLeaked(store, patient) {
  const secrets = [...identifying(patient), ...Object.values(note)];
  const { found, files } = await leaks(store, secrets);
  if (files === 0) throw new Error('the data folder is empty, so nothing was looked at');
  if (found.length > 0) throw new Error(`readable on disk: ${found.join(', ')}`);
  log(`    ${files} files of the data folder hold none of ${secrets.length} secrets`);
}

async function main() {
  const asked = JSON.parse(process.env.CHARTSIDE_E2E ?? 'null');
  if (!asked)
    throw new Error('CHARTSIDE_E2E is missing; this is started by `cargo demo -- --check`');
  const { sandbox, shots, user, patient, data } = asked;
  const begin = Date.now();
  const chromium = await openChromium();
  let window;
  let stop = async () => undefined;
  try {
    const browser = await SystemBrowser.open(chromium);
    const isWindow = asked.surface === 'window';
    stop = browser.follow(isWindow ? fileInbox(asked.opened) : hostInbox(asked.host));
    const ehr = new Ehr(sandbox, user);
    const wanted = patient ? [patient] : data ? await patientsIn(data) : [MARIA];
    let before;
    window = isWindow
      ? await (await import('./window.mjs')).openWindow(asked.window)
      : await openPage(chromium, asked.host);
    const onChosen = async (visit) => {
      before = await inventory(ehr, visit.patient);
    };
    const done = await journey({
      window,
      browser,
      portal: sandbox.portal,
      user,
      wanted,
      onChosen,
      shots,
      log,
    });
    const filed = await readBack({
      ehr,
      claimed: done.filed,
      before,
      patient: done.visit.patient,
      user,
      visit: written,
    });
    if (isWindow) {
      await window.click('delivery-close');
      if (done.visit.patient === MARIA) await readDocuments(window, shots, log);
      await window.click('open-video');
      nothingReached(await window.inFrame('room-frame', attacks, {}), log);
      await window.click('call-ended');
    }
    if (!isWindow) {
      await window.click('delivery-close');
      await takeOut(window, [...Object.values(note), diagnosis.code], log);
      await chartApart(window, log);
    }
    await browser.chart(
      sandbox.portal,
      done.visit.patient,
      join(shots, `${done.steps + 1}-ehr-chart.png`),
    );
    if (asked.store)
      await nothingLeaked(asked.store, await ehr.read('Patient', done.visit.patient));
    if (window.problems?.length)
      throw new Error(`errors in the page: ${window.problems.join(' · ')}`);
    const seconds = Number(((Date.now() - begin) / 1000).toFixed(1));
    const line = { filed, steps: done.steps, clicks: window.clicks + browser.clicks, seconds };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    await stop();
    await window?.close().catch(() => undefined);
    await chromium.close();
  }
}

main().catch((error) => {
  log(`✗ ${error.message || error.stack}`);
  process.exitCode = 1;
});
