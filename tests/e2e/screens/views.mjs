// Every view and state worth a picture: the scene of the fake host, what to wait for, and how to get there.
// `zoomed`: also at 200 %. `pane`: the window of that pane alone. Names are the `data-testid`s of ui/TESTIDS.md.
import { press, key, see, menu, steps, fill, type } from './steps.mjs';
import { note } from './views-note.mjs';

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
  { name: 'ehr-changed', wait: 'ehr-changed' },
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
