// How a picture is come to: what is pressed, typed and waited for. Names are the `data-testid`s of ui/TESTIDS.md.

export const press = (id) => (page) => page.getByTestId(id).first().click();
export const key = (keys) => (page) => page.keyboard.press(keys);
export const see = (id) => (page) => page.getByTestId(id).first().waitFor();
export const menu = async (page, id) => {
  await press('app-menu')(page);
  await press(`menu-${id}`)(page);
};
export const steps =
  (...list) =>
  async (page, size) => {
    for (const step of list) await step(page, size);
  };

export const fill = (id, words) => (page) => page.getByTestId(id).first().fill(words);
/** Adds a diagnosis by its code. */
export const add = (code) =>
  steps(fill('dx-search', code), press(`dx-option-${code}`), see(`dx-${code}`));

export const type = async (page, words) => {
  await page.getByTestId('note-ros').fill(words);
};

/** Until what is typed is saved; the clock of the pictures stands still, so the save is asked for. */
export const saved = async (page) => {
  await page.getByTestId('note-plan').blur();
  await page.locator('[data-testid="note-saved"][data-state="saved"]').waitFor();
};
