// Whether people who hear the page or need its contrast can use it: WCAG 2.2 A and AA, and axe's good practice.
import axe from 'axe-core';

const OPTIONS = {
  resultTypes: ['violations'],
  // Three panes in one main are regions enough; a dialog hides the headings behind it.
  rules: { 'page-has-heading-one': { enabled: false } },
};

/** Each violation as one line: the rule, how bad, and the first places. */
export async function check(page, { media }) {
  // Not as a script element: the page's policy forbids those.
  await page.evaluate(axe.source);
  // Where the system forces its colours, they are the user's own.
  const forced = media?.forcedColors === 'active';
  const rules = {
    ...OPTIONS.rules,
    ...(forced ? { 'color-contrast': { enabled: false } } : {}),
  };
  const asked = { ...OPTIONS, rules };
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), asked);
  return violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => node.target.join(' '));
    const rest = nodes.length > 3 ? ` and ${nodes.length - 3} more` : '';
    return `${id} (${impact}): ${help}: ${places.join(' | ')}${rest}`;
  });
}
