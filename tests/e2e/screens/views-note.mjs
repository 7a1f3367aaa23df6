// Views and states of the note, of signing and of what comes after.
import { press, key, see, steps, fill, add, saved, type } from './steps.mjs';

export const note = [
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
    name: 'next-visit-times',
    scene: 'started',
    steps: steps(press('next-visit-6wk'), see('free-time'), (page) =>
      page.getByTestId('next-visit').scrollIntoViewIfNeeded(),
    ),
  },
  {
    name: 'next-visit-chosen',
    scene: 'started',
    steps: steps(press('next-visit-6wk'), press('free-time'), see('next-visit-chosen'), (page) =>
      page.getByTestId('next-visit-chosen').scrollIntoViewIfNeeded(),
    ),
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
  {
    name: 'plan-facts',
    scene: 'delivery-troubles',
    steps: steps(press('outbox'), press('delivery-plan'), see('plan-facts')),
  },
  {
    name: 'delivery-compare',
    steps: steps(press('outbox'), see('compare')),
    zoomed: true,
  },
  {
    name: 'delivery-elsewhere',
    steps: steps(press('outbox'), see('delivery-elsewhere-diagnosis')),
  },
  {
    name: 'delivery-rebook',
    steps: steps(press('outbox'), press('delivery-rebook'), see('free-time')),
  },
  { name: 'delivery-handed-over', steps: steps(press('outbox'), see('delivery')) },
  { name: 'delivery-waits', steps: steps(press('outbox'), see('delivery')) },
  { name: 'delivery-filed', steps: steps(press('outbox'), see('all-filed')) },
  {
    name: 'delivery-stays',
    scene: 'read-only',
    steps: steps(press('open-plan'), press('plan-sign'), see('delivery-stays')),
  },
];
