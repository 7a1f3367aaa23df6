// Every view and state worth a picture: the scene of the fake host, what to wait for, and how to get there.
// `zoomed`: also at 200 %. `pane`: the window of that pane alone. Names are the `data-testid`s of ui/TESTIDS.md.

const press = (id) => (page) => page.getByTestId(id).first().click();
const key = (keys) => (page) => page.keyboard.press(keys);
const see = (id) => (page) => page.getByTestId(id).first().waitFor();
const menu = async (page, id) => {
  await press('app-menu')(page);
  await press(`menu-${id}`)(page);
};
const steps =
  (...list) =>
  async (page, size) => {
    for (const step of list) await step(page, size);
  };

const fill = (id, words) => (page) => page.getByTestId(id).first().fill(words);
/** Adds a diagnosis by its code. */
const add = (code) => steps(fill('dx-search', code), press(`dx-option-${code}`), see(`dx-${code}`));

const before = [
  { name: 'signed-out', wait: 'signed-out', zoomed: true },
  { name: 'signed-out-new', wait: 'signed-out' },
  { name: 'signed-out-pin', wait: 'signed-out' },
  {
    name: 'pin-entry',
    scene: 'signed-out-pin',
    wait: 'signed-out',
    steps: press('clinician-acc-lind'),
  },
  { name: 'notice', wait: 'notice' },
  { name: 'signing-in', wait: 'signing-in' },
  { name: 'blocked', wait: 'blocked' },
  { name: 'locked', wait: 'lock-screen', zoomed: true },
  { name: 'locked-pin', wait: 'lock-screen' },
  {
    name: 'locked-pin-wrong',
    scene: 'locked-pin',
    wait: 'pin',
    steps: async (page) => {
      await page.getByTestId('pin').fill('111111');
      await press('unlock')(page);
      await see('pin-error')(page);
    },
  },
  { name: 'locked-expired', wait: 'lock-screen' },
  { name: 'locked-used-up', wait: 'lock-screen' },
  { name: 'locked-alone', wait: 'lock-screen' },
  {
    name: 'locked-list',
    scene: 'locked-pin',
    wait: 'lock-screen',
    steps: press('another-clinician'),
  },
];

const day = [
  { name: 'day', wait: 'worklist', zoomed: true },
  { name: 'home', wait: 'worklist-none' },
  { name: 'day-with-visits', scene: 'no-visit', wait: 'worklist' },
  { name: 'day-loading', wait: 'worklist' },
  { name: 'day-empty', wait: 'worklist-empty' },
  { name: 'day-partial', wait: 'worklist-warning' },
  { name: 'day-failed', wait: 'worklist-warning' },
  { name: 'day-offline', wait: 'worklist-warning' },
  { name: 'day-offline-nothing', wait: 'worklist-warning' },
  { name: 'day-one-patient', wait: 'worklist' },
  { name: 'day-ready', wait: 'worklist' },
  { name: 'day-refused', wait: 'day' },
  {
    name: 'day-over-call',
    scene: 'started',
    steps: steps(key('Alt+w'), see('worklist')),
  },
];

const visit = [
  { name: 'visit-opened', scene: 'just-opened', zoomed: true },
  { name: 'visit-waiting', wait: 'app-menu' },
  { name: 'visit-failed', wait: 'app-menu' },
  { name: 'visit-started', scene: 'started', zoomed: true },
  { name: 'visit-ready', scene: 'ready' },
  {
    name: 'compact',
    scene: 'started',
    steps: (page) =>
      page.evaluate(() => {
        document.documentElement.dataset.density = 'compact';
      }),
  },
  { name: 'resident' },
  { name: 'nurse' },
  { name: 'unknown-role' },
  { name: 'long-banner', zoomed: true },
  { name: 'needs-sign-in' },
  { name: 'troubles', zoomed: true },
  { name: 'other-call' },
  { name: 'mismatch', zoomed: true },
  {
    name: 'mismatch-asking',
    scene: 'started',
    steps: press('identity-mismatch'),
  },
  { name: 'room-hidden', scene: 'started', steps: press('hide-room') },
  { name: 'chart-hidden', scene: 'started', steps: press('hide-chart') },
  { name: 'high-contrast', scene: 'started', media: { contrast: 'more' } },
  {
    name: 'forced-colors',
    scene: 'troubles',
    media: { forcedColors: 'active' },
  },
];

const chart = [
  { name: 'chart-waiting' },
  { name: 'brief-unknown' },
  { name: 'brief-missing' },
  { name: 'brief-nothing' },
  { name: 'brief-failed' },
  { name: 'section-not-offered' },
  { name: 'chart-merged', zoomed: true },
  { name: 'chart-duplicate' },
  { name: 'wrong-encounter', zoomed: true },

  { name: 'chart-apart' },
  {
    name: 'chart-window',
    scene: 'chart-apart',
    pane: 'chart',
    wait: 'chart-window',
    zoomed: true,
  },
  {
    name: 'chart-window-empty',
    scene: 'locked',
    pane: 'chart',
    wait: 'chart-window-empty',
  },
  { name: 'chart-loading' },
  { name: 'chart-reloading' },
  { name: 'chart-failed' },
  { name: 'chart-stale' },
  { name: 'chart-partial' },
  { name: 'chart-empty' },
  { name: 'chart-refused' },
  { name: 'large' },
  {
    name: 'chart-search',
    scene: 'started',
    steps: (page) => page.getByTestId('chart-search').fill('diab'),
  },
  {
    name: 'chart-search-none',
    scene: 'started',
    steps: (page) => page.getByTestId('chart-search').fill('gout'),
  },
  {
    name: 'chart-search-loading',
    scene: 'chart-loading',
    steps: (page) => page.getByTestId('chart-search').fill('gout'),
  },
  {
    name: 'trend',
    zoomed: true,
    scene: 'started',
    steps: async (page) => {
      if ((await page.getByTestId('show-chart').count()) > 0) await press('show-chart')(page);
      const row = page.locator('[data-id="Observation/a1c"]');
      await row.hover();
      await row.getByTestId('values').click();
      await row.getByTestId('series').waitFor();
    },
  },
  {
    name: 'trend-pressure',
    scene: 'started',
    steps: (page) => values(page, 'Observation/bp'),
  },
  {
    name: 'trend-forced',
    scene: 'started',
    media: { forcedColors: 'active' },
    steps: (page) => values(page, 'Observation/a1c'),
  },
  {
    name: 'document',
    scene: 'started',
    steps: (page) => readNote(page, 'document'),
  },
  {
    name: 'document-html',
    zoomed: true,
    steps: (page) => readNote(page, 'document-blocks'),
  },
  { name: 'document-failed', steps: (page) => readNote(page, 'document') },
  { name: 'document-not-shown', steps: (page) => readNote(page, 'document') },
  {
    name: 'document-image',
    steps: async (page) => {
      await readNote(page, 'document');
      await page.locator('[data-testid=document-image][data-state=drawn]').waitFor();
    },
  },
  {
    name: 'document-pdf',
    steps: async (page) => {
      await readNote(page, 'document');
      await page.locator('[data-testid=pdf-page][data-state=drawn]').first().waitFor();
    },
  },
  {
    name: 'document-damaged',
    steps: async (page) => {
      await readNote(page, 'document');
      await page.locator('[data-testid=document-pdf][data-state=failed]').waitFor();
    },
  },
];

async function values(page, id) {
  const row = page.locator(`[data-id="${id}"]`);
  await row.hover();
  await row.getByTestId('values').click();
}

async function readNote(page, id) {
  if ((await page.getByTestId('show-chart').count()) > 0) await press('show-chart')(page);
  const row = page.locator('[data-id="DocumentReference/71"]');
  await row.scrollIntoViewIfNeeded();
  await row.hover();
  await row.getByTestId('read').click();
  await page.getByTestId(id).waitFor();
}

const type = async (page, words) => {
  await page.getByTestId('note-ros').fill(words);
};

/** Until what is typed is saved; the clock of the pictures stands still, so the save is asked for. */
const saved = async (page) => {
  await page.getByTestId('note-plan').blur();
  await page.locator('[data-testid="note-saved"][data-state="saved"]').waitFor();
};

const note = [
  {
    name: 'facts',
    scene: 'started',
    steps: (page) => page.locator('#part-facts').scrollIntoViewIfNeeded(),
  },
  {
    name: 'codes',
    scene: 'started',
    steps: (page) => page.getByTestId('dx-search').scrollIntoViewIfNeeded(),
  },
  { name: 'codes-why', scene: 'started', steps: press('why-99214') },
  {
    name: 'diagnosis-search',
    scene: 'started',
    steps: (page) => page.getByTestId('dx-search').pressSequentially('diab'),
  },
  {
    name: 'diagnosis-side',
    scene: 'started',
    steps: steps(fill('dx-search', 'S52.50'), see('dx-option-S52.50'), press('dx-option-S52.50')),
  },
  {
    name: 'diagnosis-encounter',
    scene: 'started',
    steps: steps(
      fill('dx-search', 'S52.501'),
      see('dx-option-S52.501'),
      press('dx-option-S52.501'),
      see('dx-asked'),
    ),
  },
  {
    name: 'diagnosis-notes',
    scene: 'started',
    steps: steps(...['N18.30', 'E11.22'].map(add), press('dx-notes-N18.30')),
  },
  {
    name: 'diagnosis-excluded',
    scene: 'started',
    steps: steps(add('E10.9'), see('excluded-E11.65-E10.9')),
  },
  {
    name: 'diagnosis-excluded-keep',
    scene: 'started',
    steps: steps(add('E10.9'), press('excluded-keep'), see('excluded-reason')),
  },
  {
    name: 'charges-more',
    scene: 'started',
    steps: steps(
      press('charge-facts'),
      (page) => page.getByTestId('extra-psychotherapy-minutes').fill('20'),
      see('suggestion-90833'),
      (page) => page.getByTestId('extra-facility').scrollIntoViewIfNeeded(),
    ),
  },
  {
    name: 'follow-ups',
    scene: 'started',
    steps: (page) => page.getByTestId('followup-text').scrollIntoViewIfNeeded(),
  },
  {
    name: 'note-failed',
    scene: 'troubles',
    steps: async (page) => {
      await type(page, 'Nothing else was asked.');
      await see('note-ros-failed')(page);
    },
  },
  {
    name: 'note-conflict',
    steps: async (page) => {
      await type(page, 'Written here.');
      await see('note-ros-conflict')(page);
    },
  },
  { name: 'note-template-problem', scene: 'template-problem' },
  {
    name: 'note-switched',
    scene: 'started',
    steps: async (page) => {
      await page.getByTestId('note-template').selectOption('medication-check');
      await see('note-hpi-move')(page);
      await page.getByTestId('note-hpi').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'versions',
    scene: 'started',
    zoomed: true,
    steps: async (page) => {
      await page.getByTestId('note-plan').fill('Lisinopril to 40 mg.');
      await saved(page);
      await page.getByTestId('note-plan').fill('Lisinopril to 40 mg. Potassium in 2 weeks.');
      await saved(page);
      await page.getByTestId('note-plan-versions').click();
      await see('version-text')(page);
    },
  },
  {
    name: 'phrase-list',
    scene: 'started',
    zoomed: true,
    steps: async (page) => {
      await page.getByTestId('note-plan').pressSequentially('Restart empagliflozin. .n');
      await see('phrase-list')(page);
    },
  },
  {
    name: 'phrases',
    scene: 'started',
    zoomed: true,
    steps: steps(
      key('Control+k'),
      (page) => page.getByTestId('palette-input').fill('phrases'),
      key('Enter'),
      see('phrase-row'),
    ),
  },
  {
    name: 'spelling-marks',
    scene: 'started',
    zoomed: true,
    steps: async (page) => {
      const plan = page.getByTestId('note-plan');
      await plan.pressSequentially(
        'Hypertention: raise lisinopril. Diarhea since the weekend, drink enough. Ask about zorblax; see again in two weeks.',
      );
      await page.getByTestId('spelling-mark').nth(2).waitFor();
      await page.keyboard.press('F7');
      await see('spelling-list')(page);
    },
  },
  {
    name: 'spelling',
    scene: 'started',
    steps: steps(
      key('Control+k'),
      (page) => page.getByTestId('palette-input').fill('spelling'),
      key('Enter'),
      fill('spelling-word', 'zorblax'),
      press('spelling-add'),
      see('spelling-row'),
    ),
  },
  {
    name: 'carry',
    scene: 'started',
    steps: steps(press('note-carry'), see('carry'), press('carry-plan')),
  },
  {
    name: 'carry-ehr',
    steps: steps(press('note-carry'), see('carry-place-0'), (page) =>
      page.getByTestId('carry-place-0').selectOption('hpi'),
    ),
  },
  {
    name: 'note-copied',
    scene: 'started',
    steps: steps(
      press('note-carry'),
      press('carry-plan'),
      press('carry-take'),
      see('note-plan-copied'),
    ),
  },
  {
    name: 'note-find',
    scene: 'started',
    zoomed: true,
    steps: async (page) => {
      await page.getByTestId('note-hpi').click();
      await page.keyboard.press('Control+f');
      await page.getByTestId('note-find').fill('hyper');
      await see('note-found-line')(page);
    },
  },
  {
    name: 'plan-warnings',
    scene: 'ready',
    steps: steps(
      (page) => page.getByTestId('note-plan').fill('Return in [interval].'),
      press('open-plan'),
      see('plan-warnings'),
    ),
  },
  {
    name: 'plan-blocked',
    scene: 'started',
    steps: steps(press('open-plan'), see('plan')),
    zoomed: true,
  },
  {
    name: 'plan',
    scene: 'ready',
    steps: steps(press('open-plan'), see('plan-sign')),
    zoomed: true,
  },
  {
    name: 'plan-resident',
    scene: 'resident',
    steps: steps(press('open-plan'), see('plan')),
  },
  {
    name: 'plan-read-only',
    scene: 'read-only',
    steps: steps(press('open-plan'), see('plan')),
  },
  {
    name: 'plan-preview',
    scene: 'ready',
    steps: steps(press('open-plan'), press('plan-preview-tab'), see('note-preview')),
  },
  {
    name: 'plan-changed',
    steps: steps(press('open-plan'), press('plan-sign'), see('plan-changed')),
  },
  {
    name: 'sign-failed',
    steps: steps(press('open-plan'), press('plan-sign'), see('sign-failed')),
  },
  { name: 'signed-on-its-way', scene: 'delivery-on-its-way' },
  {
    name: 'addendum',
    scene: 'delivery-filed',
    steps: steps(
      press('begin-addendum'),
      (page) =>
        page.getByTestId('amend').getByRole('textbox').fill('Took 500 mg, not 850, since Friday.'),
      press('amend-preview'),
    ),
  },
  {
    name: 'correction',
    scene: 'delivery-filed',
    steps: steps(
      press('begin-correction'),
      (page) =>
        page
          .getByTestId('amend')
          .locator('textarea[id$="/hpi"]')
          .fill('Feels well. No chest pain.'),
      see('amend-changed'),
      (page) => page.getByTestId('amend-changed').getByRole('button').click(),
    ),
  },
  {
    name: 'after-signing',
    scene: 'delivery-filed',
    steps: steps(
      press('begin-addendum'),
      (page) =>
        page.getByTestId('amend').getByRole('textbox').fill('Took 500 mg, not 850, since Friday.'),
      press('amend-sign'),
      see('signed-addendum'),
      press('begin-correction'),
      (page) =>
        page.getByTestId('amend').locator('textarea[id$="/plan"]').fill('Lisinopril to 40 mg.'),
      see('amend-changed'),
      press('amend-sign'),
      see('signed-correction'),
      press('begin-addendum'),
      see('amend'),
      press('amend-close'),
    ),
  },
  {
    name: 'cosign-waits',
    scene: 'cosign',
    steps: steps(see('cosign-waiting')),
  },
  {
    name: 'cosign',
    scene: 'cosign',
    steps: steps(press('cosign-begin'), see('cosign-note'), (page) =>
      page
        .getByTestId('amend')
        .getByRole('textbox')
        .fill('I saw Mrs. Santos with Dr. Iyer and agree with the plan.'),
    ),
    zoomed: true,
  },
  {
    name: 'retract',
    scene: 'delivery-filed',
    steps: steps(press('begin-retract'), see('retract-do')),
    zoomed: true,
  },
  {
    name: 'retracted',
    scene: 'delivery-filed',
    steps: steps(
      press('begin-retract'),
      press('retract-reason-wrong_patient'),
      press('retract-do'),
      see('note-standing'),
    ),
  },
  {
    name: 'delivery-nothing',
    scene: 'started',
    steps: steps(press('outbox'), see('delivery')),
  },
  {
    name: 'delivery-on-its-way',
    steps: steps(press('outbox'), see('delivery')),
  },
  {
    name: 'delivery-troubles',
    steps: steps(press('outbox'), see('delivery')),
    zoomed: true,
  },
  {
    name: 'delivery-decide',
    steps: steps(press('outbox'), see('delivery-candidate')),
  },
  { name: 'delivery-waits', steps: steps(press('outbox'), see('delivery')) },
  { name: 'delivery-filed', steps: steps(press('outbox'), see('all-filed')) },
  {
    name: 'delivery-stays',
    scene: 'read-only',
    steps: steps(press('open-plan'), press('plan-sign'), see('delivery-stays')),
  },
];

const overlays = [
  {
    name: 'palette',
    scene: 'started',
    steps: steps(key('Control+k'), see('palette')),
    zoomed: true,
  },
  {
    name: 'palette-none',
    scene: 'started',
    steps: steps(key('Control+k'), (page) => page.getByTestId('palette-input').fill('xyz')),
  },
  {
    name: 'shortcuts',
    scene: 'started',
    steps: steps(key('Shift+?'), see('shortcuts')),
    zoomed: true,
  },
  {
    name: 'app-menu',
    scene: 'with-pin',
    steps: steps(press('app-menu'), see('menu-lock')),
  },
  {
    name: 'visits-menu',
    scene: 'started',
    steps: steps(press('visits-menu'), see('visit-visit-okafor')),
  },
  {
    name: 'sign-out-ask',
    scene: 'needs-sign-in',
    steps: steps((page) => menu(page, 'sign-out'), see('sign-out-ask')),
  },
  {
    name: 'pin-set',
    scene: 'started',
    steps: steps((page) => menu(page, 'pin-set'), see('pin-sheet')),
  },
  {
    name: 'pin-change',
    scene: 'with-pin',
    steps: steps((page) => menu(page, 'pin-set'), see('pin-sheet')),
  },
  {
    name: 'lock-ask',
    scene: 'troubles',
    steps: async (page) => {
      await type(page, 'Not saved yet.');
      await see('note-ros-failed')(page);
      await press('lock')(page);
      await see('lock-ask')(page);
    },
  },
];

export const views = [...before, ...day, ...visit, ...chart, ...note, ...overlays];
