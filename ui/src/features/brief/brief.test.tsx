import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../test/window';

describe('what changed since the last visit', () => {
  it('stands on top of the chart, and each line leads to the entry that says so', async () => {
    const { user } = await openWindow();
    const panel = await screen.findByTestId('brief');
    await waitFor(() => expect(panel).toHaveTextContent('Since your visit, 2026-08-14'));
    await screen.findByTestId('section-labs');
    await user.click(screen.getByRole('button', { name: /Potassium 3.3 mmol/ }));
    const row = document.querySelector('[data-id="Observation/k"]');
    await waitFor(() => expect(row).toHaveFocus());
    expect(row).toHaveAttribute('data-lit');
  });

  it('draws an entry that stands far down in its section when it is asked for', async () => {
    const { user } = await openWindow('large', (fake) => {
      const [first] = fake.brief.groups;
      const [line] = first!.lines;
      const asked = { ...line!, section: 'labs' as const, evidence: ['Observation/large-2500'] };
      fake.brief = { ...fake.brief, groups: [{ ...first!, lines: [asked] }] };
    });
    await screen.findByTestId('section-labs');
    expect(document.querySelector('[data-id="Observation/large-2500"]')).toBeNull();
    await user.click(await screen.findByTestId('brief-line'));
    await waitFor(() =>
      expect(document.querySelector('[data-id="Observation/large-2500"]')).toHaveFocus(),
    );
  });

  it('says what is not looked at, and then never that nothing changed', async () => {
    await openWindow('brief-missing', (fake) => {
      fake.brief = { ...fake.brief, groups: [] };
    });
    expect(await screen.findByTestId('brief-missing')).toHaveTextContent('Labs is not looked at');
    expect(screen.getByTestId('brief')).not.toHaveTextContent('Nothing changed');
  });

  it('does not count from a visit that is not known', async () => {
    await openWindow('brief-unknown');
    const panel = await screen.findByTestId('brief');
    await waitFor(() => expect(panel).toHaveTextContent('No earlier visit is on record.'));
    expect(panel).not.toHaveTextContent('Nothing changed');
  });
});
