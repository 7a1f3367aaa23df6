// The chart in a window of its own: it shows the patient of the current visit, or nobody.
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeHost, failure } from '../../host/fake';
import { dressScene } from '../../host/fake-scenes';
import { openWindow } from '../../test/window';
import { App } from '../app/App';

function openChart(scene = 'started') {
  const host = new FakeHost({ step: 5 });
  dressScene(host, scene);
  host.app = { ...host.app, chart_apart: true };
  render(<App host={host} isChart />);
  return host;
}

const empty = () => screen.findByTestId('chart-window-empty');

describe('the chart in a window of its own', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('names its patient on top and in the title', async () => {
    const host = openChart();
    expect(await screen.findByTestId('banner-name')).toHaveTextContent('SANTOS, Maria');
    expect(await screen.findByTestId('section-allergies')).toBeInTheDocument();
    expect(document.title).toBe('SANTOS, Maria · Chart · Chartside');
    expect(screen.getByTestId('chart-window')).toHaveAttribute('data-visit', host.visit.visit);
  });

  it('shows the next patient at once when another visit becomes the current one', async () => {
    const host = openChart();
    await screen.findByTestId('section-allergies');
    const other = host.app.visits.find((one) => one.visit !== host.visit.visit);
    if (!other) throw new Error('there is only one visit');
    await host.call('visit_show', { visit: other.visit });
    await waitFor(() =>
      expect(screen.getByTestId('chart-window')).toHaveAttribute('data-visit', other.visit),
    );
    expect(screen.queryByText('SANTOS, Maria')).toBeNull();
    expect(document.title).not.toContain('SANTOS');
  });

  it.each([
    ['no visit is open', (host: FakeHost) => ({ ...host.app, current_visit: null })],
    ['the work is locked', (host: FakeHost) => ({ ...host.app, phase: 'locked' as const })],
    [
      'nobody is signed in',
      (host: FakeHost) => ({ ...host.app, phase: 'signed_out' as const, session: null }),
    ],
  ])('is emptied when %s', async (_, next) => {
    const host = openChart();
    await screen.findByTestId('section-allergies');
    host.app = next(host);
    host.tell('app');
    await empty();
    expect(document.body).not.toHaveTextContent('SANTOS');
    expect(document.title).toBe('Chartside');
  });

  it('is emptied when it cannot be told whose visit is current', async () => {
    const host = openChart();
    await screen.findByTestId('section-allergies');
    host.instead.app_state = () => {
      throw failure('internal', 'Chartside does not answer.');
    };
    host.tell('app');
    await empty();
    expect(document.body).not.toHaveTextContent('SANTOS');
  });

  it('closes when the chart is asked back', async () => {
    const close = vi.fn();
    vi.stubGlobal('close', close);
    const host = openChart();
    await userEvent.click(await screen.findByTestId('chart-back'));
    await waitFor(() => expect(close).toHaveBeenCalled());
    expect(host.app.chart_apart).toBe(false);
  });
});

describe('the visit while the chart stands elsewhere', () => {
  it('keeps the chart’s place as a rail that brings it back', async () => {
    const { host, user } = await openWindow('started');
    await user.click(await screen.findByTestId('chart-apart'));
    await waitFor(() => expect(screen.queryByTestId('chart')).toBeNull());
    expect(host.app.chart_apart).toBe(true);
    await user.click(screen.getByTestId('show-chart'));
    expect(await screen.findByTestId('chart')).toBeInTheDocument();
    expect(host.app.chart_apart).toBe(false);
  });
});
