// A call between two people in the sandbox's room, the clinician's end in a frame of the workspace page: video
// runs while the chart is scrolled and searched and the note is written, the network goes away for
// `cut` seconds and comes back, and what stands in the frame reaches nothing around it.
// { sandbox: {fhir, portal, admin}, host: {url, token}, shots, user, cut }
import { join } from 'node:path';
import { confirmIdentity, openVisit } from './journey.mjs';
import { openPage } from './page.mjs';
import { SystemBrowser, hostInbox, openChromium } from './system-browser.mjs';
import { shown, videoRuns } from './video.mjs';
import { note } from './visit.mjs';
import { attacks, nothingReached } from './walls.mjs';

const MARIA = 'maria-santos';
const REJOINING_MS = 90_000;
const log = (line) => process.stderr.write(`${line}\n`);
const must = (fits, words) => {
  if (!fits) throw new Error(words);
};

/** A switch for the packets of this page's calls. It must be there before the call is. */
async function wire(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const set = (packetLoss) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 1,
      downloadThroughput: -1,
      uploadThroughput: -1,
      packetLoss,
    });
  await set(0);
  return { cut: () => set(100), mend: () => set(0) };
}

async function fault(admin, isUp) {
  const at = new URL('/faults', admin);
  const answer = isUp
    ? await fetch(at, { method: 'DELETE' })
    : await fetch(at, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ kind: 'down' }),
      });
  must(answer.ok, `the sandbox does not take the fault: HTTP ${answer.status}`);
}

/** The chart is read and the note written, as in a visit. */
async function work(window, section, text) {
  const chart = window.page.getByTestId('pane-chart');
  await chart.hover();
  for (const way of [600, 1200, -900]) await window.page.mouse.wheel(0, way);
  await window.fill('chart-search', 'a1c');
  await window.fill('chart-search', '');
  await window.fill(`note-${section}`, text);
  await window.untilState('note-saved', 'saved');
}

async function main() {
  const asked = JSON.parse(process.env.CHARTSIDE_E2E ?? 'null');
  if (!asked) throw new Error('CHARTSIDE_E2E is missing; this is started by `cargo verify`');
  const { sandbox, shots, user, host, cut } = asked;
  const chromium = await openChromium({ media: true });
  const browser = await SystemBrowser.open(chromium);
  const stop = browser.follow(hostInbox(host));
  try {
    const window = await openPage(chromium, host);
    const picture = (name) => window.screenshot(join(shots, `${name}.png`));
    const { portal } = sandbox;
    const appointment = await openVisit({ window, browser, portal, user, patient: MARIA });
    await confirmIdentity(window);

    const patient = await (await chromium.newContext()).newPage();
    const room = new URL(`/room/${appointment}?role=patient&name=Maria`, sandbox.portal);
    await patient.goto(room.href);
    const wires = [await wire(window.page), await wire(patient)];
    await patient.getByTestId('room-join').click();

    await window.click('check-devices');
    await window.page.locator('[data-testid=devices] video').waitFor();
    await picture('1-devices');
    await window.click('devices-done');
    await window.click('open-video');
    await window.see('patient-waiting');
    await picture('2-waiting');
    const frame = window.page.frameLocator('[data-testid=room-frame]');
    await frame.getByTestId('room-join').click();
    const ends = [frame, patient];
    await videoRuns(ends, 'video on both sides');
    log('video runs on both sides');

    await work(window, 'hpi', note.hpi);
    await videoRuns(ends, 'video while the chart was scrolled and searched and the note typed');
    await window.click('hide-room');
    await videoRuns(ends, 'video while the room’s pane is hidden');
    await window.click('show-room');
    await picture('3-in-the-call');
    log('video ran on through chart, search, note and a hidden pane');

    await Promise.all(wires.map((one) => one.cut()));
    await fault(sandbox.admin, false);
    const before = await shown(frame);
    const gone = Date.now();
    await work(window, 'plan', note.plan);
    await picture('4-cut');
    await new Promise((resolve) => setTimeout(resolve, cut * 1000 - (Date.now() - gone)));
    const during = (await shown(frame)) - before;
    must(during < 60, `${during} pictures came through a network that was cut`);
    await fault(sandbox.admin, true);
    await Promise.all(wires.map((one) => one.mend()));
    const back = Date.now();
    await videoRuns(ends, 'the call after the network came back', REJOINING_MS);
    log(`cut for ${cut} s; video again after ${((Date.now() - back) / 1000).toFixed(1)} s`);
    for (const section of ['hpi', 'plan']) {
      const { value } = await window.one(`note-${section}`);
      must(value === note[section], `the note’s ${section} is “${value}”`);
    }
    await window.untilState('note-saved', 'saved');

    const [, framed] = window.page.frames();
    nothingReached(await framed.evaluate(attacks, host), log);
    await frame.getByTestId('room-leave').click();
    await window.untilState('room', 'left');
    must((await window.all('room-frame')).length === 0, 'the frame is still there');
    await picture('5-left');
    if (window.problems.length > 0)
      throw new Error(`errors in the page: ${window.problems.join(' · ')}`);
  } finally {
    await stop();
    await chromium.close();
  }
}

main().catch((error) => {
  log(`✗ ${error.message}`);
  process.exitCode = 1;
});
