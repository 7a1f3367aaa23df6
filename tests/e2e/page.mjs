// Chartside in Chromium over the development host: the same page, the same names.
import { PATIENCE, Surface } from './surface.mjs';

class Page extends Surface {
  constructor(page) {
    super();
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
  }

  async find(testId, timeout) {
    await this.page.getByTestId(testId).first().waitFor({ state: 'attached', timeout });
  }

  async visible(testId, timeout) {
    await this.page.getByTestId(testId).first().waitFor({ state: 'visible', timeout });
  }

  async press(testId, timeout) {
    await this.page.getByTestId(testId).first().click({ timeout });
  }

  async choose(testId, timeout) {
    const input = this.page.getByTestId(testId).first();
    await input.locator('xpath=ancestor::label[1]').click({ timeout });
    if (!(await input.isChecked())) throw new Error(`${testId} was not chosen`);
  }

  async type(testId, text, timeout) {
    const field = this.page.getByTestId(testId).first();
    await field.click({ timeout });
    await field.press('Control+a');
    await field.press('Backspace');
    await field.pressSequentially(text);
    const now = await field.inputValue();
    if (now !== text) throw new Error(`${testId} took “${now}” instead of “${text}”`);
  }

  async all(testId) {
    return this.page.getByTestId(testId).evaluateAll((list) =>
      list.map((one) => ({
        text: one.innerText ?? '',
        value: one.value ?? '',
        data: { ...one.dataset },
      })),
    );
  }

  async testIds(start) {
    return this.page
      .locator(`[data-testid^="${start}"]`)
      .evaluateAll((list) => list.map((one) => one.dataset.testid));
  }

  async screenshot(file) {
    await this.page.screenshot({ path: file });
  }

  async close() {
    await this.page.close();
  }
}

/** Opens the page that the development host serves. */
export async function openPage(browser, { url, token }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`${url}/#host=${encodeURIComponent(url)}&token=${token}`);
  const surface = new Page(page);
  surface.problems = problems;
  return surface;
}
