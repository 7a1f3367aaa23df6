// The desktop window as people have it on Linux: the room opens in the system's browser, and both are seen at
// once. Ends with a picture of the whole screen, and one with the chart in a window of its own.
// { sandbox: {fhir, portal, admin}, user, shots, opened, display, picture, apart, window: {server, application, args} }
import { execFileSync } from 'node:child_process';
import { confirmIdentity, openVisit } from './journey.mjs';
import { SystemBrowser, fileInbox, openChromium } from './system-browser.mjs';
import { videoRuns } from './video.mjs';
import { note } from './visit.mjs';
import { openWindow } from './window.mjs';

const MARIA = 'maria-santos';
const log = (line) => process.stderr.write(`${line}\n`);

function shoot(display, file) {
  execFileSync('import', ['-display', display, '-window', 'root', file]);
  log(`the whole screen: ${file}`);
}

async function main() {
  const asked = JSON.parse(process.env.CHARTSIDE_E2E ?? 'null');
  if (!asked) throw new Error('CHARTSIDE_E2E is missing; this is started by `cargo xtask beside`');
  const { sandbox, user, opened, display, picture, apart } = asked;
  // Where a clinician has their browser: at the left of the screen.
  const seen = await openChromium({ media: true, display, place: { x: 0, y: 0, w: 640, h: 1080 } });
  const elsewhere = await openChromium({ media: true });
  let window;
  let stop = async () => undefined;
  try {
    const browser = new SystemBrowser(await seen.newContext({ viewport: null }));
    stop = browser.follow(fileInbox(opened));
    window = await openWindow(asked.window);
    await window.see('signed-out');
    const { portal } = sandbox;
    const appointment = await openVisit({ window, browser, portal, user, patient: MARIA });
    await confirmIdentity(window);

    const patient = await (await elsewhere.newContext()).newPage();
    await patient.goto(
      new URL(`/room/${appointment}?role=patient&name=Maria`, sandbox.portal).href,
    );
    await patient.getByTestId('room-join').click();
    const before = browser.opened.length;
    await window.click('open-video');
    const room = await browser.next(before);
    await room.getByTestId('room-join').click();
    await videoRuns([room, patient], 'video on both sides');
    await window.fill('note-hpi', note.hpi);
    await window.untilState('note-saved', 'saved');
    await videoRuns([room], 'video while the note was typed');
    const { x, width } = await window.place();
    if (x < 480 || x + width > 1920)
      throw new Error(`the window stands at ${x}, ${width} wide: over the browser`);
    shoot(display, picture);
    await window.click('chart-apart');
    await window.until('chart', (list) => list.length === 0, 'the chart to leave this window');
    // Its window is not the driver's: what it shows is seen in the picture.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    shoot(display, apart);
    await window.click('show-chart');
    await window.see('chart');
  } finally {
    await stop();
    await window?.close().catch(() => undefined);
    await seen.close();
    await elsewhere.close();
  }
}

main().catch((error) => {
  log(`✗ ${error.message || error.stack}`);
  process.exitCode = 1;
});
