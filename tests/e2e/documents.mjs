// Documents of the chart, read where the visit is: a PDF with its words, and a letter in HTML without its script.
import { join } from 'node:path';

/** Opens the first match of these words by its keys. */
async function open(window, words, title) {
  await window.fill('chart-search', words);
  await window.until(
    'chart-item',
    (list) => list.length === 1 && list[0].text.includes(title),
    `“${title}” as the only match`,
  );
  await window.keys('ARROW_DOWN', 'ENTER');
}

export async function readDocuments(window, shots, log) {
  const begin = Date.now();
  await open(window, 'outside echo', 'Outside echocardiogram');
  await window.until('pdf-page', ([page]) => page?.data.state === 'drawn', 'the PDF to be drawn');
  const [page] = await window.all('pdf-page');
  if (!page.text.includes('ejection fraction 55'))
    throw new Error('the words of the PDF are missing');
  await window.screenshot(join(shots, 'document-pdf.png'));
  await window.click('document-back');
  await open(window, 'discharge letter', 'Discharge letter');
  const { text } = await window.one('document-blocks');
  for (const words of ['Medication at discharge', 'creatinine, potassium', '[picture: signature]'])
    if (!text.includes(words)) throw new Error(`the letter does not say “${words}”`);
  await window.screenshot(join(shots, 'document-html.png'));
  await window.click('document-back');
  log(`    a PDF and a letter in HTML read in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
}
