import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { chartSections } from '../../host/fake-chart';
import { held, openWindow } from '../../test/window';
import type { ChartView } from '../../generated/ChartView';

describe('the chart', () => {
  it('says of a section that failed that it could not be loaded, and never "none"', async () => {
    const { host, user } = await openWindow('troubles');
    const section = await screen.findByTestId('section-allergies');
    expect(section).toHaveTextContent('could not be loaded');
    expect(section).not.toHaveTextContent(/No allergy|none|0 matches/);
    expect(screen.getByTestId('banner-allergies')).toHaveTextContent('could not be loaded');
    await user.click(within(section).getByRole('button', { name: 'Retry' }));
    expect(host.calls.map((call) => call.name)).toContain('chart_reload');
  });

  it.each(['failed', 'partial'] as const)(
    'keeps what a %s section has, and says why',
    async (state) => {
      await openWindow('', (fake) => {
        fake.sections = fake.sections.map((one) =>
          one.kind === 'labs' ? { ...one, state: { state, why: 'Page 2 did not come.' } } : one,
        );
      });
      const labs = await screen.findByTestId('section-labs');
      expect(labs).toHaveTextContent('Page 2 did not come.');
      expect(labs).toHaveTextContent('Potassium');
      expect(labs).toHaveTextContent(/as of/);
    },
  );

  it('says of an empty section only what the backend says, and only when it is complete', async () => {
    await openWindow('troubles');
    expect(await screen.findByTestId('empty-notes')).toHaveTextContent('No note is recorded.');
    expect(screen.queryByTestId('empty-labs')).toBeNull();
    expect(screen.getByTestId('section-labs')).toHaveAttribute('data-state', 'loading');
  });

  it('filters all sections as one types, and says what was not searched', async () => {
    const { user } = await openWindow('troubles');
    await user.keyboard('/');
    expect(screen.getByTestId('chart-search')).toHaveFocus();
    await user.keyboard('hypert');
    await waitFor(() =>
      expect(screen.getByTestId('section-problems')).toHaveTextContent('Essential hypertension'),
    );
    expect(screen.getByTestId('section-problems')).not.toHaveTextContent('hyperlipidemia');
    expect(screen.getByTestId('section-medications')).toHaveTextContent('0 matches');
    expect(screen.getByTestId('section-notes')).toHaveTextContent('0 matches · titles only');
    expect(screen.getByTestId('section-medications')).not.toHaveTextContent('titles only');
    expect(screen.getByTestId('section-labs')).toHaveTextContent('not searched');
    expect(screen.getByTestId('section-allergies')).toHaveTextContent('not searched');
  });

  it('never paints the chart of another visit, however late its answer comes', async () => {
    const late = held<ChartView>();
    const { host } = await openWindow('', (fake) => {
      fake.instead.chart_get = ({ visit }) =>
        visit === 'visit-santos' ? late.promise : { visit, sections: chartSections().slice(1, 2) };
    });
    await host.call('visit_show', { visit: 'visit-okafor' });
    await screen.findByTestId('section-problems');
    late.resolve({ visit: 'visit-santos', sections: chartSections() });
    await late.promise;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.queryByTestId('section-allergies')).toBeNull();
    expect(screen.getByTestId('banner-name')).toHaveTextContent('OKAFOR');
  });

  it('shows a flag with its word and the series as a table', async () => {
    const { user } = await openWindow();
    const labs = await screen.findByTestId('section-labs');
    expect(labs).toHaveTextContent('High');
    await user.click(screen.getByRole('button', { name: 'Values: Hemoglobin A1c' }));
    const rows = within(within(labs).getByTestId('series')).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual([
      'DateValueRangeFlag',
      '2026-11-028.1 %≤5.6 %High',
      '2026-05-207.9 %≤5.6 %High',
      '2025-11-037.4 %≤5.6 %High',
      '2025-05-127.2 %≤5.6 %High',
    ]);
  });

  it('calls an allergy of high criticality a high risk, and a value critical', async () => {
    await openWindow('', (fake) => {
      fake.sections = fake.sections.map((one) =>
        one.kind === 'labs'
          ? { ...one, items: one.items.map((item) => ({ ...item, flag: 'critical' })) }
          : one,
      );
    });
    const allergies = await screen.findByTestId('section-allergies');
    expect(allergies).toHaveTextContent('High risk');
    expect(allergies).not.toHaveTextContent('Critical');
    expect(screen.getByTestId('section-labs')).toHaveTextContent('Critical');
  });

  it('moves between entries with the arrow keys and adds one as a diagnosis with D', async () => {
    const { user } = await openWindow();
    const problems = await screen.findByTestId('section-problems');
    const [first] = within(problems).getAllByTestId('chart-item');
    first!.focus();
    await user.keyboard('{ArrowDown}d');
    expect(await screen.findByTestId('dx-I10')).toBeInTheDocument();
  });

  it('keeps a place for what can be done with an entry, beside the date and not over it', async () => {
    await openWindow();
    const labs = await screen.findByTestId('section-labs');
    const [entry] = within(labs).getAllByTestId('chart-item');
    const line = within(entry!).getByText('2026-11-02').parentElement!;
    expect(line).toContainElement(within(entry!).getByTestId('insert'));
    expect(within(entry!).getByTestId('values')).toHaveAttribute('title', 'Values (Enter)');
  });

  it('opens a document in place and returns with Escape', async () => {
    const { user } = await openWindow();
    await user.click(await screen.findByRole('button', { name: 'Read: Progress note' }));
    expect(await screen.findByText(/Lisinopril 10 mg to 20 mg/)).toBeInTheDocument();
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('document')).toBeNull();
  });

  it('draws a part of 3,000 entries and offers the rest', async () => {
    await openWindow('long');
    const labs = await screen.findByTestId('section-labs');
    expect(within(labs).getAllByTestId('chart-item')).toHaveLength(20);
    expect(within(labs).getByText('Show 400 more of 2,980')).toBeInTheDocument();
  });

  it('marks what was searched for, finds what is inactive too, and goes there with the arrow key', async () => {
    const { user } = await openWindow();
    await user.type(screen.getByTestId('chart-search'), 'bronch');
    const found = await screen.findByText('bronch');
    expect(found.tagName).toBe('MARK');
    expect(found.closest('li')).toHaveTextContent('Acute bronchitis');
    expect(screen.getByTestId('chart-found')).toHaveTextContent('1 match in the chart');
    await user.keyboard('{ArrowDown}');
    expect(found.closest('li')).toHaveFocus();
  });

  it('opens the first match when Down and Enter come before it is drawn', async () => {
    await openWindow();
    const field = screen.getByTestId('chart-search');
    field.focus();
    // In one breath: nothing is drawn in between.
    act(() => {
      fireEvent.change(field, { target: { value: 'progress note' } });
      fireEvent.keyDown(field, { key: 'ArrowDown' });
      fireEvent.keyDown(field, { key: 'Enter' });
    });
    expect(await screen.findByText(/Lisinopril 10 mg to 20 mg/)).toBeInTheDocument();
  });

  it('keeps a pinned section on top, now and the next time', async () => {
    const first = await openWindow();
    const order = () => screen.getAllByTestId(/^section-/).map((one) => one.dataset['testid']);
    expect(order()[0]).toBe('section-allergies');
    await first.user.click(screen.getByTestId('pin-labs'));
    expect(order()[0]).toBe('section-labs');
    cleanup();
    await openWindow();
    await waitFor(() => expect(order()[0]).toBe('section-labs'));
  });

  it('marks what changed while it was on screen until it is seen', async () => {
    const { host, user } = await openWindow();
    await screen.findByTestId('section-labs');
    const change = (id: string, detail: string) => {
      host.sections = host.sections.map((one) => ({
        ...one,
        items: one.items.map((item) => (item.id === id ? { ...item, detail } : item)),
      }));
      host.tell('chart');
    };
    change('Observation/k', '3.9 mmol/L');
    const row = (await screen.findByText('3.9 mmol/L')).closest('li')!;
    expect(row).toHaveAttribute('data-change', 'changed');
    expect(document.querySelectorAll('[data-change]')).toHaveLength(1);
    await user.click(screen.getByTestId('changed-labs'));
    expect(row).not.toHaveAttribute('data-change');
  });

  it('does not call an entry new that merely finished loading', async () => {
    const { host } = await openWindow('chart-loading');
    host.sections = chartSections();
    host.tell('chart');
    await screen.findByText('Potassium');
    expect(document.querySelectorAll('[data-change]')).toHaveLength(0);
  });

  it('reads each point of a trend by key, with its range and its flag', async () => {
    const { user } = await openWindow();
    await user.click(await screen.findByRole('button', { name: 'Values: Hemoglobin A1c' }));
    const drawing = screen.getByRole('group', { name: /Hemoglobin A1c, 4 values in %/ });
    expect(screen.getByTestId('trend-point')).toHaveTextContent(
      '2026-11-02 · 8.1 % · High · range ≤5.6 %',
    );
    drawing.focus();
    await user.keyboard('{ArrowLeft}');
    expect(screen.getByTestId('trend-point')).toHaveTextContent('2026-05-20 · 7.9 %');
    await user.keyboard('{Home}{ArrowLeft}');
    expect(screen.getByTestId('trend-point')).toHaveTextContent('2025-05-12 · 7.2 %');
  });
});
