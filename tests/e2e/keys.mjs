// A whole visit with the keyboard alone: from the signed-out window over the day's list to the signed note and
// "all filed". Each key is counted, and after each one it must be plain to see where the focus is.
// { sandbox: {fhir, portal, admin}, host: {url, token}, shots, user }
import { join } from 'node:path';
import { Ehr } from './ehr.mjs';
import { chartIsThere, receipts } from './journey.mjs';
import { Keyboard } from './keyboard.mjs';
import { openPage } from './page.mjs';
import { inventory, readBack } from './readback.mjs';
import { SystemBrowser, hostInbox, openChromium } from './system-browser.mjs';
import { PATIENCE } from './surface.mjs';
import * as said from './visit.mjs';

const MARIA = 'maria-santos';
const FILING_PATIENCE = 60_000;
/** What a visit may cost beside the typed text, from the opened chart to the signed note. */
const GOAL = 25;
const STOPWATCH = ['who', 'note', 'facts', 'codes', 'follow-ups', 'signature'];
const log = (line) => process.stderr.write(`${line}\n`);

const visit = {
  note: said.note,
  diagnoses: [said.diagnosis, { words: 'essential hypertension', code: 'I10' }],
  charge: said.charge,
  // The follow-up visit is a task too: Chartside books no appointments yet.
  followUps: [said.followUp, { text: 'Book a video visit in three months' }],
};

/** The clinician's own sign-in page in the system browser, with its keyboard. */
async function signInAtTheEhr(browser, user) {
  const wait = { page: undefined };
  const end = Date.now() + 20_000;
  while (!wait.page && Date.now() < end) {
    wait.page = browser.last;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (!wait.page) throw new Error('no address reached the system browser');
  const { page } = wait;
  const name = await page.getByTestId('user').evaluate((select, id) => {
    return [...select.options].find((one) => one.value === id).label;
  }, user);
  const focused = () => page.evaluate(() => document.activeElement?.dataset?.testid);
  const walk = async (testId) => {
    for (let step = 0; step < 10 && (await focused()) !== testId; step += 1)
      await page.keyboard.press('Tab');
  };
  await walk('user');
  await page.keyboard.type(name.slice(0, 12));
  await walk('sign-in');
  await page.keyboard.press('Enter');
}

async function main() {
  const asked = JSON.parse(process.env.CHARTSIDE_E2E ?? 'null');
  if (!asked) throw new Error('CHARTSIDE_E2E is missing; this is started by `cargo verify`');
  const { sandbox, shots, user, host } = asked;
  const chromium = await openChromium();
  const browser = await SystemBrowser.open(chromium);
  const stop = browser.follow(hostInbox(host));
  let window;
  try {
    window = await openPage(chromium, host);
    const ehr = new Ehr(sandbox, user);
    const before = await inventory(ehr, MARIA);
    const keys = new Keyboard(window.page);
    await keys.begin();
    // All that the page asks for, but for what the room's frame does by itself.
    const elsewhere = [];
    window.page.on('request', (request) => {
      const isOurs = request.frame() === window.page.mainFrame();
      if (isOurs && new URL(request.url()).origin !== new URL(host.url).origin)
        elsewhere.push(request.url());
    });
    const part = async (name, what) => {
      keys.part = name;
      await what();
      await window.screenshot(join(shots, `${name.replace(' ', '-')}.png`));
    };

    await part('sign-in', async () => {
      await window.see('signed-out');
      await keys.walkTo('sign-in');
      await keys.press('Enter', { leaves: true });
      await signInAtTheEhr(browser, user);
      await window.see('worklist');
      await window.find('worklist-row');
    });
    await part('day', async () => {
      await keys.walkTo('worklist-open');
      const names = (await window.all('worklist-open')).map((one) => one.text);
      const at = await window.page.evaluate(() => document.activeElement.textContent);
      const isAbove = names.findIndex((one) => one.includes('SANTOS')) < names.indexOf(at);
      await keys.walkToWords('SANTOS', isAbove ? 'ArrowUp' : 'ArrowDown');
      await keys.press('Enter');
      await window.see('visit');
      await chartIsThere(window);
    });
    await part('who', async () => {
      await keys.press('Alt+i');
      await window.untilState('identity', 'confirmed');
      await keys.seen('the confirmation');
    });
    await part('call', async () => {
      await keys.press('Control+k');
      await window.see('palette');
      await keys.type('open video');
      await keys.press('Enter');
      await window.untilState('room', 'joined');
      await window.see('room-frame');
    });
    await part('chart', async () => {
      await keys.press('Alt+2');
      await keys.press('/');
      await keys.type('a1c');
      await keys.press('ArrowDown');
      await firstMatch(keys);
      await keys.press('i');
      await keys.until(() => inserted(window), 'the value in the note');
      const words = await inserted(window);
      if (!words.includes('A1c: 8.1 %')) throw new Error(`inserted was “${words}”`);
    });
    await part('documents', async () => {
      await readDocument(keys, 'outside echo', 'pdf-page');
      await keys.until(
        async () => (await window.one('pdf-page')).text.includes('ejection fraction 55'),
        'the words of the PDF, to be selected and read aloud',
      );
      await window.screenshot(join(shots, 'pdf.png'));
      await keys.press('Escape');
      await readDocument(keys, 'photo of the left', 'document-image');
      await window.screenshot(join(shots, 'image.png'));
      await keys.press('Escape');
    });
    await part('note', async () => {
      await keys.press('Alt+3');
      const first = Object.keys(visit.note)[0];
      // Where the value was inserted the caret waits; once more leads to what is empty.
      await keys.press('Alt+3');
      await keys.until(() => keys.isOn(`note-${first}`), 'the first empty section');
      for (const [section, text] of Object.entries(visit.note)) {
        await keys.walkTo(`note-${section}`);
        const { value } = await window.one(`note-${section}`);
        if (!(await keys.isAtEnd())) await keys.press('Control+End');
        await keys.type(value === '' ? text : `\n${text}`);
      }
      await window.untilState('note-saved', 'saved');
    });
    await part('facts', () => stateFacts(keys, window));
    await part('codes', async () => {
      await keys.press('Alt+d');
      for (const { words, code } of visit.diagnoses) {
        await keys.walkTo('dx-search');
        await keys.type(words);
        await keys.until(
          async () => (await window.all(`dx-option-${code}`)).length > 0,
          `${code} among the hits`,
        );
        await chooseOption(keys, window, code);
        await window.see(`dx-${code}`);
      }
      await keys.walkTo(`accept-${visit.charge.code}`);
      await keys.press('Enter');
      await window.see(`charge-${visit.charge.code}`);
      await keys.seen('the accepted charge');
    });
    await part('follow-ups', async () => {
      await keys.press('Alt+f');
      for (const { text } of visit.followUps) {
        await keys.walkTo('followup-text');
        await keys.type(text);
        await keys.walkTo('followup-due');
        await keys.type(inMonths(3));
        await keys.press('Enter');
        await window.until('followup', (list) => list.some((one) => one.text.includes(text)), text);
      }
    });
    let filed;
    await part('signature', async () => {
      await keys.press('Control+Enter');
      await window.see('plan');
      const [blockers] = await window.all('blockers');
      if (blockers) throw new Error(`the plan is blocked: ${blockers.text}`);
      await keys.until(
        () => window.page.getByTestId('plan-sign').isEnabled(),
        'the plan to be ready',
      );
      await keys.press('Control+Enter', { leaves: true });
      await window.see('note-signed');
    });
    await part('filed', async () => {
      await window.see('all-filed', FILING_PATIENCE);
      filed = await receipts(window);
      await keys.press('Escape');
      await keys.press('Alt+w');
      await window.until(
        'worklist-row',
        (list) => list.some((one) => one.text.includes('SANTOS') && one.data.state === 'filed'),
        'Maria Santos to be filed in the list',
      );
    });
    await keys.noPointerWasUsed();
    const took = keys.actions.filter((one) => STOPWATCH.includes(one.part)).length;
    if (took > GOAL) throw new Error(`${took} actions; a visit may cost ${GOAL}`);
    if (elsewhere.length > 0) throw new Error(`the page asked ${elsewhere.join(', ')}`);
    await readBack({
      ehr,
      claimed: filed,
      before,
      patient: MARIA,
      user,
      visit,
    });
    if (window.problems.length > 0)
      throw new Error(`errors in the page: ${window.problems.join(' · ')}`);
    tell(keys);
  } catch (error) {
    await window?.screenshot(join(shots, 'failed.png')).catch(() => undefined);
    throw error;
  } finally {
    await stop();
    await chromium.close();
  }
}

/** The search is drawn and its first match has the focus: a person sees that before the next key. */
function firstMatch(keys) {
  const left = () => document.activeElement?.id !== 'chart-search';
  return keys.until(() => keys.page.evaluate(left), 'the first match');
}

/** From wherever one is: search, the first match, Enter; and it is drawn. */
async function readDocument(keys, words, testId) {
  await keys.press('Alt+2');
  await keys.press('/');
  await keys.press('Control+a');
  await keys.type(words);
  await keys.press('ArrowDown');
  await firstMatch(keys);
  await keys.press('Enter');
  const drawn = keys.page.locator(`[data-testid=${testId}][data-state=drawn]`);
  await drawn.first().waitFor({ timeout: PATIENCE });
}

/** What stands in the note while only one thing does. */
async function inserted(window) {
  const names = Object.keys(visit.note).map((section) => `note-${section}`);
  const fields = await Promise.all(names.map((name) => window.all(name)));
  return fields.flat().find((one) => one.value !== '')?.value;
}

/** What the chart and earlier visits do not say; Alt+O goes from one open fact to the next. */
async function stateFacts(keys, window) {
  const { place, state, clinician, minutes } = said.facts;
  const stands = await window.one('fact-patient-state');
  if (stands.value !== state) throw new Error(`the state of the address is “${stands.value}”`);
  const known = await window.one('fact-new-patient');
  if (known.data.value !== 'no')
    throw new Error('the chart does not say that the patient is known');
  await choose(keys, window, 'fact-patient-place', place);
  await choose(keys, window, 'fact-consent', 'spoken');
  await fill(keys, window, 'fact-clinician-location', clinician);
  await fill(keys, window, 'fact-total-minutes', minutes);
  await window.until(
    'suggestion-99214',
    (list) => list.length > 0,
    '99214 to be suggested by time',
  );
}

/** To the group, arrows to the choice; a choice that already stands is left alone. */
async function choose(keys, window, group, value) {
  if ((await window.one(group)).data.value === value) return;
  const focus = () =>
    window.page.evaluate(() => {
      const element = document.activeElement;
      return {
        id: element?.dataset.testid ?? '',
        group: element?.closest('[role=radiogroup]')?.id,
      };
    });
  await nextOpen(keys, async () => (await focus()).group === group, group);
  if ((await focus()).id === `${group}-${value}`) await keys.press('Space');
  while ((await focus()).id !== `${group}-${value}`) await keys.press('ArrowRight');
  await window.until(group, ([one]) => one?.data.value === value, `${group} to be ${value}`);
}

async function nextOpen(keys, isThere, words) {
  const before = () => keys.page.evaluate(() => document.activeElement?.dataset.testid);
  for (let step = 0; !(await isThere()); step += 1) {
    if (step > 8) throw new Error(`${words} is not among the open facts`);
    const was = await before();
    await keys.press('Alt+o');
    await keys.until(async () => (await before()) !== was, 'the next open fact');
  }
}

async function fill(keys, window, testId, text) {
  if ((await window.one(testId)).value === text) return;
  const focus = () => window.page.evaluate(() => document.activeElement?.dataset.testid);
  await nextOpen(keys, async () => (await focus()) === testId, testId);
  if ((await window.one(testId)).value !== '') await keys.press('Control+a');
  await keys.type(text);
}

/** The first hit that fits is marked already; arrows go to another one. */
async function chooseOption(keys, window, code) {
  const marked = () =>
    window.page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      return (id && document.getElementById(id)?.dataset.testid) ?? '';
    });
  await keys.until(async () => (await marked()) !== '', 'a marked hit');
  for (let step = 0; (await marked()) !== `dx-option-${code}`; step += 1) {
    if (step > 20) throw new Error(`${code} is not reached among the hits`);
    await keys.press('ArrowDown');
  }
  await keys.press('Enter');
}

function inMonths(count) {
  const day = new Date();
  day.setMonth(day.getMonth() + count);
  return day.toISOString().slice(0, 10);
}

function tell(keys) {
  const parts = [...new Set(keys.actions.map((one) => one.part))];
  const count = keys.actions.filter((one) => STOPWATCH.includes(one.part)).length;
  log('keys beside the typed text, by part of the visit:');
  for (const line of keys.report(parts)) log(line);
  log(
    `${count} actions from the opened chart to the signed note (${STOPWATCH.join(', ')}), ${keys.typed} characters typed; the goal is ${GOAL}`,
  );
  const line = {
    keys: keys.actions.length,
    stopwatch: count,
    goal: GOAL,
    typed: keys.typed,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

main().catch((error) => {
  log(`✗ ${error.message}`);
  process.exitCode = 1;
});
