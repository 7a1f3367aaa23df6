import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../test/window';

const part = () => screen.getByTestId('next-visit');

describe('the visit that comes next', () => {
  it('is chosen among free times of its own type, and can be taken away again', async () => {
    const { user, host } = await openWindow();
    await user.click(await within(part()).findByTestId('next-visit-6wk'));
    const times = await screen.findAllByTestId('free-time');
    expect(screen.getByTestId('free-times-type')).toHaveAttribute('data-value', 'Follow-up visit');
    await user.click(times[0]!);
    const chosen = await screen.findByTestId('next-visit-chosen');
    expect(chosen).toHaveTextContent(/Follow-up visit: \w{3} \d{4}-\d{2}-\d{2} \d{2}:\d{2}/);
    expect(chosen).toHaveTextContent('Until then the time is not held');
    const asked = host.calls.find(({ name }) => name === 'follow_up_visit_set');
    expect(asked?.args).toMatchObject({ visit_type: 'Follow-up visit', day: null });
    await waitFor(() => expect(screen.getByTestId('next-visit-remove')).toHaveFocus());
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByTestId('next-visit-chosen')).toBeNull());
    expect(screen.getByTestId('next-visit-day')).toHaveFocus();
  });

  it('shows the times of another type and of another week', async () => {
    const { user } = await openWindow();
    await user.type(await screen.findByTestId('next-visit-day'), '2031-03-03{Enter}');
    const before = (await screen.findAllByTestId('free-time')).length;
    await user.click(screen.getByTestId('free-times-type-Telephone encounter'));
    expect(screen.getAllByTestId('free-time').length).toBeLessThan(before);
    await user.click(screen.getByTestId('free-times-later'));
    expect(await screen.findByText('Mon 2031-03-10 to Sun 2031-03-16')).toBeVisible();
  });

  it('is wished for around a day, also where the EHR tells no free times', async () => {
    const why_no_times = 'This EHR does not tell its free times.';
    const { user, host } = await openWindow('', ({ nextVisit }) => {
      nextVisit.view = { ...nextVisit.view, why_no_times };
    });
    expect(await screen.findByTestId('next-visit-why')).toHaveTextContent('does not tell');
    expect(screen.queryByTestId('next-visit-find')).toBeNull();
    await user.type(screen.getByTestId('next-visit-day'), '2031-03-03{Enter}');
    expect(await screen.findByTestId('next-visit-chosen')).toHaveTextContent('to be booked');
    expect(host.calls.some(({ name }) => name === 'free_times')).toBe(false);
  });

  it('takes no day that is over, and says so', async () => {
    const { user } = await openWindow();
    await user.type(await screen.findByTestId('next-visit-day'), '2020-01-01');
    expect(within(part()).getByRole('alert')).toHaveTextContent('This day is over');
    expect(screen.getByTestId('next-visit-find')).toBeDisabled();
    expect(screen.getByTestId('next-visit-around')).toBeDisabled();
  });

  it('gets another time when the first was taken before it could be booked', async () => {
    const { user, host } = await openWindow('delivery-rebook');
    await user.click(await screen.findByTestId('outbox'));
    await user.click(await screen.findByTestId('delivery-rebook'));
    await user.click((await screen.findAllByTestId('free-time'))[0]!);
    await waitFor(() =>
      expect(host.calls.some(({ name }) => name === 'follow_up_visit_rebook')).toBe(true),
    );
  });
});
