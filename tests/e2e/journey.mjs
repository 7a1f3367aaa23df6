// One visit from the launch inside the EHR to receipts, step by step, on any surface.
import { join } from 'node:path';
import { PATIENCE } from './surface.mjs';
import { charge, diagnosis, facts, followUp, note } from './visit.mjs';

const CHART_PATIENCE = 60_000;
const FILING_PATIENCE = 60_000;

/**
 * Runs the visit of the first of the `wanted` patients whom the schedule lists; `onChosen` hears which before
 * anything is launched. `shots` is the folder for one picture a step. Returns what the window says was filed.
 */
export async function journey({ window, browser, portal, user, wanted, onChosen, shots, log }) {
  let number = 0;
  const step = async (name, what, picture = window) => {
    const begin = Date.now();
    number += 1;
    const file = join(shots, `${String(number).padStart(2, '0')}-${name}.png`);
    try {
      await what();
    } catch (error) {
      await window.screenshot(join(shots, `failed-${name}.png`)).catch(() => undefined);
      throw new Error(`step ${number} (${name}): ${error.message}`, { cause: error });
    }
    await picture.screenshot(file);
    log(`${String(number).padStart(2)}  ${name}  ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  };

  let visit;
  await step('signed-out', () => window.see('signed-out'));
  await step('portal', () => browser.signIn(portal, user), browser);
  await step('launch', async () => {
    visit = await browser.appointmentOf(wanted);
    await onChosen(visit);
    await browser.launch(visit.appointment);
    await visitOpens(window);
  });
  await step('chart', () => chartIsThere(window));
  await step('identity', () => confirmIdentity(window));
  await step('note', () => writeNote(window));
  await step('facts', () => stateFacts(window));
  await step('diagnosis', () => addDiagnosis(window));
  await step('charge', () => acceptCharge(window));
  await step('follow-up', () => addFollowUp(window));
  await step('plan', () => openPlan(window));
  await step('preview', () =>
    window.click('plan-preview-tab').then(() => window.see('note-preview')),
  );
  let filed;
  await step('sign', async () => {
    await window.click('plan-sign');
    await window.see('note-signed');
  });
  await step('filed', async () => {
    if ((await window.all('delivery')).length === 0) await window.click('open-delivery');
    await window.see('all-filed', FILING_PATIENCE);
    filed = await receipts(window);
  });
  return { filed, steps: number, visit };
}

/** Signs in at the EHR and launches this patient's visit from its schedule; gives the appointment. */
export async function openVisit({ window, browser, portal, user, patient }) {
  await browser.signIn(portal, user);
  const { appointment } = await browser.appointmentOf([patient]);
  await browser.launch(appointment);
  await visitOpens(window);
  await chartIsThere(window);
  return appointment;
}

/** The visit, or at once the words with which the window refuses it. */
export async function visitOpens(window) {
  const end = Date.now() + CHART_PATIENCE;
  while ((await window.all('visit')).length === 0) {
    const [refusal] = [...(await window.all('notice')), ...(await window.all('blocked'))];
    if (refusal) throw new Error(`the launch was refused: ${refusal.text.replaceAll('\n', ' ')}`);
    if (Date.now() > end) throw new Error('the visit did not open');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Every section of the history has loaded or says why not; the name on the bar is there. */
export async function chartIsThere(window) {
  await window.see('banner-name');
  const settled = (list) => list.every((one) => one.data.state && one.data.state !== 'loading');
  const names = await waitForSections(window);
  for (const name of names)
    await window.until(name, settled, 'the section to load', CHART_PATIENCE);
  const allergies = await window.one('banner-allergies');
  if (allergies.data.state === 'loading')
    throw new Error('the allergies in the bar are still loading');
}

async function waitForSections(window) {
  const kinds = ['allergies', 'problems', 'medications', 'vitals', 'labs', 'notes', 'encounters'];
  for (const kind of kinds) await window.find(`section-${kind}`, CHART_PATIENCE);
  return kinds.map((kind) => `section-${kind}`);
}

export async function confirmIdentity(window) {
  await window.pick('identity-name');
  await window.pick('identity-birth-date');
  await window.click('identity-confirm');
  await window.untilState('identity', 'confirmed');
}

async function writeNote(window) {
  for (const [section, text] of Object.entries(note)) await window.fill(`note-${section}`, text);
  await window.untilState('note-saved', 'saved');
}

async function stateFacts(window) {
  const modality = await window.one('fact-modality');
  if (modality.data.value !== 'video')
    throw new Error(`the modality is “${modality.data.value}”, not video`);
  await window.pick(`fact-patient-place-${facts.place}`);
  await window.fill('fact-patient-state', facts.state);
  await window.pick('fact-consent-spoken');
  await window.fill('fact-clinician-location', facts.clinician);
  await window.pick('fact-new-patient-no');
  await window.fill('fact-total-minutes', facts.minutes);
  for (const [row, level] of Object.entries(facts.mdm))
    await window.pick(`fact-mdm-${row}-${level}`);
}

async function addDiagnosis(window) {
  await window.fill('dx-search', diagnosis.words);
  await window.click(`dx-option-${diagnosis.code}`);
  await window.see(`dx-${diagnosis.code}`);
}

async function acceptCharge(window) {
  await window.click(`accept-${charge.code}`);
  await window.see(`charge-${charge.code}`);
  const [row] = await window.all(`charge-${charge.code}`);
  if (!row.text.includes(charge.place))
    throw new Error(`the charge does not say place of service ${charge.place}`);
}

async function addFollowUp(window) {
  await window.fill('followup-text', followUp.text);
  await window.click(followUp.due);
  await window.click('followup-add');
  await window.until(
    'followup',
    (list) => list.some((one) => one.text.includes(followUp.text)),
    'the task',
  );
}

async function openPlan(window) {
  await window.click('open-plan');
  await window.see('plan');
  const items = (list) => list.length >= 4;
  const end = Date.now() + PATIENCE;
  while (!items(await window.testIds('plan-item-'))) {
    if (Date.now() > end)
      throw new Error('the plan does not show note, diagnosis, charge and task');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const [blockers] = await window.all('blockers');
  if (blockers) throw new Error(`the plan is blocked: ${blockers.text.replaceAll('\n', ' ')}`);
}

/** What the window claims: kind, type, id and version of each item. */
export async function receipts(window) {
  const claimed = [];
  for (const name of [...new Set(await window.testIds('receipt-'))]) {
    for (const { text } of await window.all(name)) {
      const found = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)[\s\S]*?version\s+(\S+)/.exec(text);
      if (!found) throw new Error(`a receipt cannot be read: ${text}`);
      const [, type, id, versionId] = found;
      claimed.push({ kind: name.slice('receipt-'.length), type, id, versionId });
    }
  }
  return claimed;
}
