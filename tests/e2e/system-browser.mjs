// The clinician's browser: Chromium with the EHR's portal, where the sign-in lives. Addresses that
// Chartside asks the system to open arrive in an inbox and are opened here.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { PATIENCE } from './surface.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the system's Chromium is. */
export function chromiumPath() {
  const path = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!path) throw new Error('Chromium is not installed');
  return path;
}

/**
 * `media`: a camera and a microphone that are not there, so that calls can be made. `display`: seen on that
 * display, at that `place`; else unseen.
 */
export async function openChromium({ media = false, display, place } = {}) {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run'];
  if (media) args.push('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream');
  if (place)
    args.push(`--window-position=${place.x},${place.y}`, `--window-size=${place.w},${place.h}`);
  const env = display ? { ...process.env, DISPLAY: display } : process.env;
  return chromium.launch({ executablePath: chromiumPath(), headless: !display, args, env });
}

export class SystemBrowser {
  clicks = 0;
  opened = [];

  constructor(context) {
    this.context = context;
  }

  static async open(browser) {
    return new SystemBrowser(await browser.newContext({ viewport: { width: 1280, height: 800 } }));
  }

  /** Opens each new address of the inbox until `stop` is called. */
  follow(inbox) {
    let stopped = false;
    const loop = async () => {
      while (!stopped) {
        const urls = await inbox().catch(() => []);
        for (const url of urls.slice(this.opened.length)) {
          const page = await this.context.newPage();
          await page.goto(url, { timeout: PATIENCE }).catch((error) => {
            if (!stopped)
              process.stderr.write(`the system browser: ${error.message.split('\n')[0]}\n`);
          });
          this.opened.push(url);
          this.last = page;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const done = loop();
    return async () => {
      stopped = true;
      await done;
    };
  }

  /** The page of the first address that came after so many. */
  async next(count) {
    const end = Date.now() + PATIENCE;
    while (this.opened.length <= count || !this.last) {
      if (Date.now() > end) throw new Error('nothing was opened in the system browser');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.last;
  }

  /** Signs in to the EHR as the clinician with this id. */
  async signIn(portal, user) {
    this.portal = await this.context.newPage();
    await this.portal.goto(portal);
    await this.portal.getByTestId('user').selectOption(user);
    await this.click('sign-in');
    await this.portal.getByTestId('schedule').waitFor({ timeout: PATIENCE });
  }

  /** Presses Launch Chartside in this row of the schedule. */
  async launch(appointment) {
    await this.click(`launch-${appointment}`);
  }

  /** The first appointment in the schedule of one of these patients. */
  async appointmentOf(patients) {
    const ids = await this.portal
      .locator('[data-testid^="launch-"]')
      .evaluateAll((list) => list.map((one) => one.dataset.testid.slice('launch-'.length)));
    const charts = await this.portal
      .locator('[data-testid^="chart-"]')
      .evaluateAll((list) => list.map((one) => new URL(one.href).pathname.split('/').pop()));
    const place = charts.findIndex((patient) => patients.includes(patient));
    if (place < 0 || !ids[place])
      throw new Error(`the schedule has no visit of ${patients.join(', ')}`);
    return { appointment: ids[place], patient: charts[place] };
  }

  async chart(portal, patient, file) {
    await this.portal.goto(new URL(`/chart/${patient}`, portal).href);
    await this.portal.getByTestId('chart-name').waitFor({ timeout: PATIENCE });
    await this.portal.screenshot({ path: file, fullPage: false });
  }

  async screenshot(file) {
    await this.portal.screenshot({ path: file });
  }

  async click(testId) {
    this.clicks += 1;
    await this.portal.getByTestId(testId).click({ timeout: PATIENCE });
  }
}

/** Addresses, one a line, that the script standing for the system browser wrote down. */
export const fileInbox = (file) => async () => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
};

/** Addresses that the development host remembers. */
export const hostInbox =
  ({ url, token }) =>
  async () =>
    (await fetch(`${url}/browser`, { headers: { Authorization: `Bearer ${token}` } })).json();
