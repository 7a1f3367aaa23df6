import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../host/fake';
import { dressScene } from '../../host/fake-scenes';
import { dayRows, dayView } from '../../host/fake-worklist';
import { openWindow } from '../../test/window';
import { App } from '../app/App';
import { steady } from './steady';

function openDay(scene = 'day') {
  const host = new FakeHost();
  dressScene(host, scene);
  render(<App host={host} />);
  return { host, user: userEvent.setup({ delay: null }) };
}

const ids = () => screen.getAllByTestId('worklist-row').map((row) => row.dataset['id']);

describe('the day', () => {
  it('says of each visit when, who with two identifiers, why, and where it stands', async () => {
    openDay();
    const [first, , third] = await screen.findAllByTestId('worklist-row');
    for (const words of ['09:00', 'ABARA, Ruth', '1949-02-11', '85-0903', 'filed'])
      expect(first).toHaveTextContent(words);
    expect(third).toHaveTextContent('type not mapped');
    expect(first).not.toHaveTextContent('type not mapped');
    expect(screen.getByTestId('prefetch')).toHaveTextContent('4 of 6');
  });

  it('says what the EHR no longer takes before the first visit, until somebody read it', async () => {
    const { user } = openDay('ehr-changed');
    expect(await screen.findByTestId('ehr-changed')).toHaveTextContent(
      'Riverside Clinic changed what it takes from Chartside',
    );
    await user.click(screen.getByTestId('ehr-changed-read'));
    await waitFor(() => expect(screen.queryByTestId('ehr-changed')).toBeNull());
  });

  it.each([
    ['day-empty', 'worklist-empty', 'Nobody is booked'],
    ['day-offline', 'worklist-warning', 'This is the schedule as of'],
    ['day-offline-nothing', 'worklist-warning', 'No schedule of today is on this computer yet'],
    ['day-failed', 'worklist-warning', 'What is shown is older'],
    ['home', 'worklist-none', 'gives Chartside no schedule'],
  ])('in the scene %s never says "nobody" for "not known"', async (scene, id, words) => {
    openDay(scene);
    expect(await screen.findByTestId(id)).toHaveTextContent(words);
    if (scene !== 'day-empty') expect(screen.queryByText(/Nobody is booked/)).toBeNull();
  });

  it('opens the next patient with one key, from the list and while one types in a note', async () => {
    const { user } = openDay();
    await screen.findByTestId('worklist');
    await user.keyboard('{Alt>}n{/Alt}');
    expect(await screen.findByTestId('banner-name')).toHaveTextContent('OKAFOR');
  });

  it('is one key away from a visit, and the same visit is opened again from it', async () => {
    const { host, user } = await openWindow('started');
    screen.getByTestId('note-ros').focus();
    await user.keyboard('{Alt>}w{/Alt}');
    expect(await screen.findByTestId('day')).toBeInTheDocument();
    expect(screen.queryByTestId('banner-name')).toBeNull();
    expect(screen.getByTestId('in-call-elsewhere')).toHaveTextContent('SANTOS');
    await user.click(screen.getByRole('button', { name: 'Open 14:00 SANTOS, Maria' }));
    expect(await screen.findByTestId('banner-name')).toHaveTextContent('SANTOS');
    expect(host.calls.map((call) => call.name)).toContain('worklist_open');
  });

  it('leads from what needs somebody to its delivery', async () => {
    const { host, user } = openDay();
    await screen.findAllByTestId('worklist-row');
    const needy = host.app.visits.find((one) => one.status === 'needs_you');
    await user.click(screen.getByTestId('outbox'));
    expect(await screen.findByTestId('delivery')).toBeInTheDocument();
    expect(host.app.current_visit).toBe(needy?.visit);
  });

  it('leads back to the call from the list', async () => {
    const { user } = await openWindow('started');
    await user.keyboard('{Alt>}w{/Alt}');
    await user.click(await screen.findByTestId('back-to-call'));
    expect(await screen.findByTestId('banner-name')).toHaveTextContent('SANTOS');
  });

  it('shows a visit that another launch opened while the list was on screen', async () => {
    const { host, user } = await openWindow('started');
    await user.keyboard('{Alt>}w{/Alt}');
    await screen.findByTestId('day');
    await host.call('visit_show', { visit: 'visit-okafor' });
    expect(await screen.findByTestId('banner-name')).toHaveTextContent('OKAFOR');
  });

  it('moves no row from under the pointer; it does once the pointer is gone', async () => {
    const { host } = openDay();
    await screen.findByTestId('worklist');
    const before = ids();
    fireEvent.pointerEnter(screen.getByRole('list', { name: '' }));
    const rows = dayRows().reverse();
    host.day = {
      ...dayView(),
      rows: rows.slice(1).map((row) => ({ ...row, change: 'was 08:00', changed_at: row.start })),
    };
    host.tell('worklist', null);
    await screen.findAllByText('was 08:00');
    expect(ids()).toEqual(before);
    fireEvent.pointerLeave(screen.getByRole('list', { name: '' }));
    await waitFor(() => expect(ids()).toEqual(rows.slice(1).map((row) => row.appointment)));
  });

  it('is walked with the arrow keys; the Tab key stops at the next patient', async () => {
    const { user } = openDay();
    const rows = await screen.findAllByTestId('worklist-row');
    const stops = screen.getAllByTestId('worklist-open').filter((one) => one.tabIndex === 0);
    expect(stops.map((one) => one.textContent)).toEqual(['NGUYEN, Thi Minh Khai']);
    stops[0]!.focus();
    await user.keyboard('{ArrowDown}');
    expect(within(rows[5]!).getByTestId('worklist-open')).toHaveFocus();
  });

  it('puts whoever comes anew at the end while the list is held', () => {
    const [a, b, c] = dayRows();
    expect(steady([b!], [a!, b!, c!], true)).toEqual([b, a, c]);
    expect(steady([b!], [a!, b!, c!], false)).toEqual([a, b, c]);
  });

  it('keeps the name of the patient in the title of the window, and not after', async () => {
    const { user } = await openWindow('started');
    expect(document.title).toBe('SANTOS, Maria · Chartside');
    await user.keyboard('{Alt>}w{/Alt}');
    await screen.findByTestId('day');
    expect(document.title).toBe('Chartside');
  });
});
