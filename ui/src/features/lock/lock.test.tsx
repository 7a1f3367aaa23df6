import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { failure, FakeHost } from '../../host/fake';
import { KELLER, LIND, ROMERO } from '../../host/fake-app';
import { dressScene } from '../../host/fake-scenes';
import { inReach } from '../../test/reach';
import { openWindow } from '../../test/window';
import { App } from '../app/App';

const names = (host: FakeHost) => host.calls.map((call) => call.name);
const called = (host: FakeHost, name: string) => host.calls.filter((call) => call.name === name);
const hpi = (host: FakeHost) => host.note.sections.find((one) => one.section === 'hpi')?.text;

/** Of the made-up visits: names, numbers, dates of birth, and what stands in chart and note. */
const ofThePatient =
  /santos|okafor|85-1123|85-0417|1972-03-09|1958-11-30|penicillin|empagliflozin|lisinopril|E11\.65/i;

const found = (host: FakeHost, what: RegExp) => inReach(what, [host]);

function openScene(scene: string) {
  const host = new FakeHost();
  dressScene(host, scene);
  render(<App host={host} />);
  return { host, user: userEvent.setup({ delay: null }) };
}

/** With PINs for Dr. Keller (246810) and Rosa Lind (135791). */
async function lockedWithPin(scene = 'locked-pin') {
  const opened = openScene(scene);
  await screen.findByTestId('lock-screen');
  return opened;
}

describe('locking', () => {
  it('keeps nothing of the visit in the page', async () => {
    const { host, user } = await openWindow('started');
    await screen.findByText('Essential hypertension');
    await user.type(screen.getByTestId('followup-text'), 'Call about empagliflozin');
    expect(found(host, ofThePatient)).not.toEqual([]);
    await user.keyboard('{Control>}l{/Control}');
    expect(await screen.findByTestId('lock-screen')).toHaveTextContent('Dr. Anna Keller');
    await waitFor(() => expect(found(host, ofThePatient)).toEqual([]));
  });

  it('is one press in the bar, which says the keys too', async () => {
    const { host, user } = await openWindow();
    expect(within(screen.getByTestId('lock')).getByTitle('Lock now (Ctrl+L)')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Lock' }));
    expect(await screen.findByTestId('lock-screen')).toBeInTheDocument();
    expect(called(host, 'lock')).toHaveLength(1);
  });

  it('shows one failure of a sign-in once, and nothing after it is dismissed', async () => {
    const { host, user } = openScene('locked');
    const down = failure('ehr_unreachable', 'The EHR does not answer.', true);
    host.instead.sign_in = () => {
      host.app = { ...host.app, notice: { ...down, correlation_id: 'another' } };
      host.tell('app', null);
      throw down;
    };
    await user.click(await screen.findByTestId('unlock-sign-in'));
    expect(await screen.findByTestId('notice')).toHaveTextContent('The EHR does not answer.');
    expect(screen.getAllByText('The EHR does not answer.')).toHaveLength(1);
    await user.click(screen.getByTestId('dismiss'));
    await waitFor(() => expect(screen.queryByText('The EHR does not answer.')).toBeNull());
  });

  it('does not come over a call that is only listened to', async () => {
    const { host } = await openWindow('started');
    await waitFor(() => expect(called(host, 'activity')).toHaveLength(1));
  });

  it('keeps nothing of an overlay, of a menu or of the last message either', async () => {
    const { host, user } = await openWindow('ready');
    await user.click((await screen.findAllByTestId('add-diagnosis'))[0]!);
    await waitFor(() => expect(screen.getByTestId('toast')).not.toBeEmptyDOMElement());
    await user.click(screen.getByTestId('open-plan'));
    await screen.findByTestId('plan-item-note');
    await user.keyboard('{Control>}l{/Control}');
    await screen.findByTestId('lock-screen');
    expect(screen.queryByTestId('plan')).toBeNull();
    await waitFor(() => expect(screen.getByTestId('toast')).toBeEmptyDOMElement());
    await waitFor(() => expect(found(host, ofThePatient)).toEqual([]));
  });

  it('saves what is typed first, and shows it again after unlocking', async () => {
    const { host, user } = await openWindow('with-pin');
    await user.clear(screen.getByTestId('note-hpi'));
    await user.type(screen.getByTestId('note-hpi'), 'Typed just now');
    await user.keyboard('{Control>}l{/Control}');
    await screen.findByTestId('lock-screen');
    expect(hpi(host)).toBe('Typed just now');
    expect(names(host).lastIndexOf('note_edit')).toBeLessThan(names(host).indexOf('lock'));
    await waitFor(() => expect(screen.getByTestId('pin')).toHaveFocus());
    await user.keyboard('246810{Enter}');
    expect(await screen.findByTestId('note-hpi')).toHaveValue('Typed just now');
    expect(screen.getByTestId('banner-name')).toHaveTextContent('SANTOS');
  });

  it('asks before it locks over text that cannot be saved', async () => {
    const { host, user } = await openWindow('', (fake) => {
      fake.instead.note_edit = () => {
        throw failure('disk_full', 'The disk is full.');
      };
    });
    await user.type(screen.getByTestId('note-hpi'), 'Nowhere saved');
    await user.click(screen.getByTestId('app-menu'));
    await user.click(await screen.findByTestId('menu-lock'));
    expect(await screen.findByTestId('lock-ask')).toHaveTextContent('would be lost');
    expect(names(host)).not.toContain('lock');
    await user.click(screen.getByTestId('lock-confirm'));
    expect(await screen.findByTestId('lock-screen')).toBeInTheDocument();
    expect(await screen.findByTestId('lock-lost')).toHaveTextContent('could not be saved');
    await waitFor(() => expect(found(host, /nowhere saved/i)).toEqual([]));
  });

  it('covers the window when the host locks by itself', async () => {
    const { host } = await openWindow('started');
    act(() => void host.lock.lock());
    expect(await screen.findByTestId('lock-screen')).toBeInTheDocument();
    expect(screen.queryByTestId('lock-lost')).toBeNull();
    await waitFor(() => expect(found(host, ofThePatient)).toEqual([]));
  });

  it('lets go of text that a host refuses because it locked, even if no event said so', async () => {
    const { host, user } = await openWindow('started');
    const tell = vi.spyOn(host, 'tell').mockImplementation(() => undefined);
    host.lock.lock();
    tell.mockRestore();
    await user.type(screen.getByTestId('note-hpi'), ' Too late');
    expect(await screen.findByTestId('lock-screen')).toBeInTheDocument();
    expect(await screen.findByTestId('lock-lost')).toBeInTheDocument();
    expect(hpi(host)).not.toContain('Too late');
    await waitFor(() => expect(found(host, /too late/i)).toEqual([]));
  });

  it('gives what is not saved one last try when the host locks', async () => {
    const { host, user } = await openWindow('with-pin');
    const refuses = host.lock.refuses.bind(host.lock);
    host.lock.refuses = (name) => (name === 'note_edit' ? undefined : refuses(name));
    await user.type(screen.getByTestId('note-hpi'), ' Last words');
    act(() => void host.lock.lock());
    await screen.findByTestId('lock-screen');
    await waitFor(() => expect(hpi(host)).toContain('Last words'));
    expect(screen.queryByTestId('lock-lost')).toBeNull();
  });

  it('paints no visit that a locked answer still names, nor while somebody signs in from there', async () => {
    const { host, user } = await openWindow('started');
    const { session, visits, current_visit } = host.app;
    const over = { session, visits, current_visit };
    host.app = { ...host.app, phase: 'locked', locked_account: KELLER };
    host.tell('app', null);
    await screen.findByTestId('lock-screen');
    await waitFor(() => expect(found(host, ofThePatient)).toEqual([]));
    await user.click(screen.getByTestId('unlock-sign-in'));
    host.app = { ...host.app, ...over, locked_account: null };
    host.tell('app', null);
    expect(await screen.findByTestId('signing-in')).toHaveTextContent('Riverside Clinic');
    expect(screen.queryByTestId('visit')).toBeNull();
    await waitFor(() => expect(found(host, ofThePatient)).toEqual([]));
  });

  it('says what is still on its way', async () => {
    const { host } = await lockedWithPin();
    expect(await screen.findByTestId('lock-waiting')).toHaveTextContent(
      '2 signed items are still on their way; delivery goes on.',
    );
    const accounts = host.app.accounts.map((one) => ({ ...one, waiting: 1 }));
    host.app = { ...host.app, accounts };
    host.tell('delivery');
    await waitFor(() =>
      expect(screen.getByTestId('lock-waiting')).toHaveTextContent('1 signed item is still'),
    );
  });
});

describe('unlocking', () => {
  it('opens with the PIN, typed without reaching for the mouse', async () => {
    const { user } = await lockedWithPin();
    await waitFor(() => expect(screen.getByTestId('pin')).toHaveFocus());
    await user.keyboard('24-6a810{Enter}');
    expect(await screen.findByTestId('visit')).toBeInTheDocument();
  });

  it('says how many tries are left, empties the field, and keeps no digit', async () => {
    const { host, user } = await lockedWithPin();
    await user.type(await screen.findByTestId('pin'), '987654{Enter}');
    expect(await screen.findByTestId('pin-error')).toHaveTextContent('2 tries are left');
    expect(screen.getByTestId('pin')).toHaveValue('');
    await waitFor(() => expect(screen.getByTestId('pin')).toHaveFocus());
    expect(found(host, /987654/)).toEqual([]);
  });

  it('takes the PIN away after too many tries and offers the EHR', async () => {
    const { user } = await lockedWithPin();
    for (const left of ['2 tries', '1 try', '']) {
      await user.type(await screen.findByTestId('pin'), '111111{Enter}');
      if (left !== '')
        await waitFor(() => expect(screen.getByTestId('pin-error')).toHaveTextContent(left));
    }
    expect(await screen.findByTestId('pin-state')).toHaveTextContent('Too many wrong PINs');
    expect(screen.queryByTestId('pin')).toBeNull();
    await waitFor(() => expect(screen.getByTestId('unlock-sign-in')).toHaveFocus());
  });

  it('says in plain words that a PIN has expired', async () => {
    await lockedWithPin('locked-expired');
    expect(screen.getByTestId('pin-state')).toHaveTextContent('the last sign-in was too long ago');
    expect(screen.queryByTestId('pin')).toBeNull();
  });

  it('signs in with the EHR, and is locked as before when that is given up', async () => {
    const { host, user } = await lockedWithPin();
    await user.click(screen.getByTestId('unlock-sign-in'));
    await user.click(await screen.findByTestId('sign-in-cancel'));
    expect(await screen.findByTestId('lock-screen')).toBeInTheDocument();
    expect(called(host, 'sign_in')[0]?.args).toEqual({
      iss: 'https://ehr.riverside.example/fhir',
      purpose: 'clinician',
    });
    act(() => void host.lock.open(KELLER));
    expect(await screen.findByTestId('visit')).toBeInTheDocument();
  });
});

describe('switching clinicians', () => {
  it('takes two clicks from inside a visit to the other clinician’s sign-in', async () => {
    const { host, user } = await openWindow('started');
    await user.click(screen.getByTestId('app-menu'));
    await user.click(await screen.findByTestId(`menu-switch-to-${ROMERO}`));
    expect(await screen.findByTestId('signing-in')).toHaveTextContent('Northside Health');
    expect(names(host)).toContain('lock');
    expect(called(host, 'sign_in')[0]?.args).toMatchObject({ purpose: 'clinician' });
    act(() => void host.lock.open(ROMERO));
    expect(await screen.findByTestId('app-menu')).toHaveTextContent('Dr. Luis Romero');
    expect(await screen.findByTestId('worklist-none')).toHaveTextContent('no schedule');
    await waitFor(() => expect(found(host, ofThePatient)).toEqual([]));
  });

  it('asks the other clinician for the PIN where it opens', async () => {
    const { user } = await openWindow('with-pin');
    await user.click(screen.getByTestId('app-menu'));
    await user.click(await screen.findByTestId(`menu-switch-to-${LIND}`));
    await waitFor(() =>
      expect(screen.getByTestId('locked-account')).toHaveTextContent('Rosa Lind, RN'),
    );
    await waitFor(() => expect(screen.getByTestId('pin')).toHaveFocus());
    await user.keyboard('135791{Enter}');
    expect(await screen.findByTestId('app-menu')).toHaveTextContent('Rosa Lind, RN');
  });

  it('leads to the list of all, and back to whoever locked', async () => {
    const { host, user } = await openWindow('with-pin');
    await user.click(screen.getByTestId('app-menu'));
    await user.click(await screen.findByTestId('menu-switch'));
    await waitFor(() => expect(screen.getByTestId(`clinician-${ROMERO}`)).toHaveFocus());
    await user.click(screen.getByTestId(`clinician-${LIND}`));
    expect(await screen.findByLabelText('Offline PIN of Rosa Lind, RN')).toBeInTheDocument();
    await user.click(screen.getByTestId('lock-back'));
    expect(await screen.findByLabelText('Offline PIN of Dr. Anna Keller')).toBeInTheDocument();
    await user.click(screen.getByTestId('another-clinician'));
    await user.click(screen.getAllByTestId('another-sign-in')[1]!);
    await waitFor(() =>
      expect(called(host, 'sign_in')[0]?.args).toEqual({
        iss: 'https://ehr.northside.example/r4',
        purpose: 'clinician',
      }),
    );
  });
});
