// The chart in a window of its own: it comes and goes, it shows the patient of the visit and nobody once the work
// is locked.
const must = (fits, words) => {
  if (!fits) throw new Error(words);
};

async function out(window, name) {
  const opened = window.page.context().waitForEvent('page');
  await window.click('chart-apart');
  const chart = await opened;
  await chart.getByTestId('section-allergies').waitFor();
  const title = await chart.title();
  must(
    title.startsWith(name) && title.includes('Chart'),
    `the chart’s window is called “${title}”`,
  );
  await window.until('chart', (list) => list.length === 0, 'the chart to be in one window only');
  return chart;
}

/** Ends with the work locked. */
export async function chartApart(window, log) {
  const { text: name } = await window.one('banner-name');
  const closed = await out(window, name);
  await closed.close({ runBeforeUnload: true });
  await window.see('chart');
  const broughtBack = await out(window, name);
  await Promise.all([
    broughtBack.waitForEvent('close'),
    broughtBack.getByTestId('chart-back').click(),
  ]);
  await window.see('chart');
  const chart = await out(window, name);
  await window.click('lock');
  await chart.getByTestId('chart-window-empty').waitFor();
  const words = await chart.locator('body').innerText();
  must(!words.includes(name), 'the locked chart still names its patient');
  must(
    (await chart.title()) === 'Chartside',
    `the locked chart’s title is “${await chart.title()}”`,
  );
  log('    the chart in a window of its own: closed, brought back, and emptied by the lock');
}
