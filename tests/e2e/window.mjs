// The real desktop window, driven through WebDriver (tauri-driver in front of the webview's own driver).
import { writeFile } from 'node:fs/promises';
import { Builder, By, Capabilities, Key, until } from 'selenium-webdriver';
import { PATIENCE, Surface } from './surface.mjs';

class Window extends Surface {
  constructor(driver) {
    super();
    this.driver = driver;
  }

  find(testId, timeout) {
    return this.driver.wait(
      until.elementLocated(css(testId)),
      timeout,
      `no ${testId} in the window`,
    );
  }

  async visible(testId, timeout) {
    const element = await this.find(testId, timeout);
    await this.driver.wait(until.elementIsVisible(element), timeout, `${testId} is not shown`);
    return element;
  }

  async press(testId, timeout) {
    const element = await this.visible(testId, timeout);
    await this.driver.wait(until.elementIsEnabled(element), timeout, `${testId} stays disabled`);
    await this.driver.executeScript('arguments[0].scrollIntoView({block: "center"})', element);
    await element.click();
  }

  async choose(testId, timeout) {
    const input = await this.find(testId, timeout);
    await this.driver.wait(until.elementIsEnabled(input), timeout, `${testId} stays disabled`);
    const label = await input.findElement(By.xpath('ancestor::label[1]'));
    await this.driver.executeScript('arguments[0].scrollIntoView({block: "center"})', label);
    await label.click();
    await this.driver.wait(until.elementIsSelected(input), timeout, `${testId} was not chosen`);
  }

  async type(testId, text, timeout) {
    const element = await this.visible(testId, timeout);
    await element.sendKeys(Key.chord(Key.CONTROL, 'a'), Key.BACK_SPACE);
    await element.sendKeys(text);
    const now = await element.getAttribute('value');
    if (now !== text) throw new Error(`${testId} took “${now}” instead of “${text}”`);
  }

  async all(testId) {
    return this.driver.executeScript(
      `return [...document.querySelectorAll('[data-testid="' + arguments[0] + '"]')].map((one) => ({
        text: one.innerText ?? '', value: one.value ?? '', data: { ...one.dataset } }))`,
      testId,
    );
  }

  async testIds(start) {
    return this.driver.executeScript(
      `return [...document.querySelectorAll('[data-testid^="' + arguments[0] + '"]')].map((one) => one.dataset.testid)`,
      start,
    );
  }

  /** What this function gives inside the frame of this name, once its page is there. */
  async inFrame(testId, what, argument) {
    await this.driver.switchTo().frame(await this.visible(testId, PATIENCE));
    try {
      await this.driver.wait(until.elementLocated(By.css('main')), PATIENCE, 'an empty frame');
      return await this.driver.executeAsyncScript(
        `const done = arguments[arguments.length - 1];
         (${what})(arguments[0]).then(done, (error) => done([\`: reached, \${error}\`]));`,
        argument,
      );
    } finally {
      await this.driver.switchTo().defaultContent();
    }
  }

  async screenshot(file) {
    await writeFile(file, await this.driver.takeScreenshot(), 'base64');
  }

  /** Presses keys, one after the other, where the focus is. */
  async keys(...names) {
    await this.driver
      .actions()
      .sendKeys(...names.map((name) => Key[name]))
      .perform();
  }

  /** Where it stands on the screen. */
  async place() {
    return this.driver.manage().window().getRect();
  }

  async close() {
    await this.driver.quit();
  }
}

const css = (testId) => By.css(`[data-testid="${testId}"]`);

/** Starts the app with these arguments; `server` is tauri-driver's address. */
export async function openWindow({ server, application, args }) {
  const capabilities = new Capabilities();
  capabilities.set('tauri:options', { application, args });
  capabilities.setBrowserName('wry');
  const driver = await new Builder().usingServer(server).withCapabilities(capabilities).build();
  return new Window(driver);
}
