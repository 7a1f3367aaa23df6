import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { failure, FakeHost } from '../../host/fake';
import { appView, KELLER, LIND, ROMERO } from '../../host/fake-app';
import { dressScene } from '../../host/fake-scenes';
import { noSchedule } from '../../host/fake-worklist';
import { openWindow } from '../../test/window';
import { App } from '../app/App';

const names = (host: FakeHost) => host.calls.map((call) => call.name);

function openScene(scene: string) {
  const host = new FakeHost();
  dressScene(host, scene);
  render(<App host={host} />);
  return { host, user: userEvent.setup() };
}

describe('before a visit', () => {
  it('says how to start, offers each EHR, and waits while the browser signs in', async () => {
    const { user } = openScene('signed-out');
    expect(await screen.findByTestId('signed-out')).toHaveTextContent('Start from your EHR');
    expect(
      screen.getByRole('button', { name: 'Choose a patient in Riverside Clinic' }),
    ).toBeEnabled();
    await user.click(screen.getByRole('button', { name: 'Sign in to Riverside Clinic' }));
    expect(await screen.findByTestId('signing-in')).toHaveTextContent(
      'Finish signing in to Riverside Clinic in your browser',
    );
    await user.click(screen.getByTestId('sign-in-cancel'));
    expect(await screen.findByTestId('signed-out')).toBeInTheDocument();
  });

  it('lists who works on this computer; one press goes to that clinician’s sign-in', async () => {
    const { host, user } = openScene('signed-out');
    await user.click(await screen.findByTestId(`clinician-${ROMERO}`));
    const waiting = await screen.findByTestId('signing-in');
    expect(waiting).toHaveTextContent(
      'Finish signing in to Northside Health as Dr. Luis Romero in your browser',
    );
    expect(waiting).not.toHaveTextContent('No second password');
    expect(host.calls.find((call) => call.name === 'sign_in')?.args).toEqual({
      iss: 'https://ehr.northside.example/r4',
      purpose: 'clinician',
    });
  });

  it('promises that no second password is needed to a launch only', async () => {
    const { user } = openScene('signing-in');
    const waiting = await screen.findByTestId('signing-in');
    expect(waiting).toHaveTextContent('No second password is needed here.');
    await user.click(screen.getByTestId('sign-in-cancel'));
    await user.click((await screen.findAllByTestId('sign-in'))[0]!);
    expect(await screen.findByTestId('signing-in')).not.toHaveTextContent('No second password');
    await user.click(screen.getByTestId('sign-in-cancel'));
    await screen.findByTestId('signed-out');
  });

  it('opens the work of a clinician whose PIN is usable', async () => {
    const { user } = openScene('signed-out-pin');
    await user.click(await screen.findByTestId(`clinician-${LIND}`));
    await waitFor(() => expect(screen.getByTestId('pin')).toHaveFocus());
    await user.keyboard('135791{Enter}');
    expect(await screen.findByTestId('worklist-none')).toHaveTextContent('no schedule');
    expect(screen.getByTestId('app-menu')).toHaveTextContent('Rosa Lind, RN');
  });

  it('leads home after a sign-in without a patient, and to the EHR’s list of patients from there', async () => {
    const { host, user } = openScene('signed-out-new');
    await user.click(await screen.findByTestId('sign-in'));
    host.app = { ...host.app, accounts: appView().accounts };
    host.day = noSchedule();
    act(() => void host.lock.open(KELLER));
    expect(await screen.findByTestId('worklist-none')).toHaveTextContent(
      'Press Chartside in a patient’s chart in the EHR. The visit opens here by itself.',
    );
    await user.click(screen.getByTestId('choose-patient'));
    await waitFor(() =>
      expect(host.calls.filter((call) => call.name === 'sign_in')[1]?.args).toMatchObject({
        purpose: 'patient',
      }),
    );
  });

  it('shows why the last launch ended until it is dismissed', async () => {
    const { user } = openScene('notice');
    expect(await screen.findByTestId('notice')).toHaveTextContent('has not allowed');
    await user.click(screen.getByTestId('dismiss'));
    await waitFor(() => expect(screen.queryByTestId('notice')).toBeNull());
  });

  it('says when it cannot work that nothing is lost', async () => {
    openScene('blocked');
    expect(await screen.findByTestId('blocked')).toHaveTextContent('still in the vault');
  });
});

describe('rights', () => {
  it('lets a nurse draft, and says why signing is off', async () => {
    const { user } = await openWindow('nurse');
    expect(screen.getByTestId('sign')).toBeDisabled();
    expect(screen.getByTestId('sign')).toHaveAccessibleDescription(/drafts the note/);
    await user.type(screen.getByTestId('note-hpi'), ' By the nurse');
    expect(screen.getByTestId('note-hpi')).toHaveDisplayValue(/By the nurse$/);
    await user.click(screen.getByTestId('app-menu'));
    expect(await screen.findByTestId('menu-role')).toHaveTextContent('Registered nurse');
  });

  it('says that a resident’s signature waits for a supervising clinician, wherever it is given', async () => {
    const { user } = await openWindow('resident');
    expect(screen.getByTestId('sign-why')).toHaveTextContent(
      'Your signature waits for a supervising clinician.',
    );
    expect(screen.getByTestId('sign')).toBeEnabled();
    await user.click(screen.getByTestId('open-plan'));
    expect(await screen.findByTestId('plan-cosign')).toHaveTextContent('supervising clinician');
  });

  it('shows everything and takes nothing where the role is not known, with the reason', async () => {
    await openWindow('unknown-role');
    expect(screen.getByTestId('rights')).toHaveTextContent('does not say which role you have');
    expect(screen.getByTestId('note-hpi')).toHaveAttribute('readonly');
    expect(screen.getByTestId('sign')).toBeDisabled();
    expect(screen.queryByTestId('dx-search')).toBeNull();
    expect(screen.queryByTestId('followup-add')).toBeNull();
  });
});

describe('identity', () => {
  it('needs two identifiers', async () => {
    const { host, user } = await openWindow();
    const confirm = screen.getByTestId('identity-confirm');
    await user.click(screen.getByTestId('identity-name'));
    expect(confirm).toBeDisabled();
    await user.click(screen.getByTestId('identity-birth-date'));
    await user.click(confirm);
    expect(await screen.findByTestId('identity-confirmed')).toBeInTheDocument();
    expect(host.visit.identity.confirmed).toEqual(['name', 'birth_date']);
  });

  it('stops everything when it is not this patient', async () => {
    const { user } = await openWindow('started');
    await user.click(screen.getByTestId('identity-mismatch'));
    await user.type(screen.getByTestId('mismatch-reason'), 'Other birth date');
    await user.click(screen.getByTestId('mismatch-confirm'));
    expect(await screen.findByTestId('mismatch')).toHaveTextContent('Other birth date');
    expect(screen.getByTestId('sign')).toBeDisabled();
    expect(screen.getByTestId('note-hpi')).toHaveAttribute('readonly');
    expect(screen.queryByTestId('insert')).toBeNull();
    expect(screen.queryByTestId('dx-search')).toBeNull();
  });
});

describe('a call', () => {
  it('that goes on with another patient is said on top, with the way back', async () => {
    const { host, user } = await openWindow();
    await user.click(screen.getByTestId('open-video'));
    await waitFor(() => expect(screen.getByTestId('room')).toHaveAttribute('data-state', 'joined'));
    expect(screen.queryByTestId('in-call-elsewhere')).toBeNull();
    await host.call('visit_show', { visit: 'visit-okafor' });
    await waitFor(() => expect(screen.getByTestId('banner-name')).toHaveTextContent('OKAFOR'));
    expect(screen.getByTestId('in-call-elsewhere')).toHaveTextContent(
      'In a call with SANTOS, Maria',
    );
    await user.click(screen.getByTestId('visits-menu'));
    expect(await screen.findByTestId('visit-visit-santos')).toHaveTextContent('In the call');
    expect(screen.getByTestId('visit-visit-okafor')).not.toHaveTextContent('In the call');
    await user.keyboard('{Escape}');
    await user.click(screen.getByTestId('back-to-call'));
    await waitFor(() => expect(screen.getByTestId('banner-name')).toHaveTextContent('SANTOS'));
    expect(screen.queryByTestId('in-call-elsewhere')).toBeNull();
    await user.click(screen.getByTestId('call-ended'));
    await waitFor(() => expect(screen.getByTestId('room')).toHaveAttribute('data-state', 'left'));
    await host.call('visit_show', { visit: 'visit-okafor' });
    await waitFor(() => expect(screen.getByTestId('banner-name')).toHaveTextContent('OKAFOR'));
    expect(screen.queryByTestId('in-call-elsewhere')).toBeNull();
  });
});

describe('codes and follow-ups', () => {
  it('adds a diagnosis by keyboard and never a category', async () => {
    const { host, user } = await openWindow();
    await user.type(screen.getByTestId('dx-search'), 'e11');
    await user.click(await screen.findByTestId('dx-option-E11'));
    expect(await screen.findByTestId('dx-asked')).toHaveTextContent('Which one?');
    expect(host.diagnoses).toEqual([]);
    await user.keyboard('{Enter}');
    expect(await screen.findByTestId('dx-E11.65')).toHaveTextContent('Primary');
  });

  it('files no charge before it is accepted, and shows the evidence', async () => {
    const { host, user } = await openWindow('started');
    expect(await screen.findByTestId('suggestion-99214')).toBeInTheDocument();
    expect(host.charges).toEqual([]);
    await user.click(screen.getByTestId('why-99214'));
    expect(screen.getByText('32 minutes stated')).toBeInTheDocument();
    await user.click(screen.getByTestId('accept-99214'));
    expect(await screen.findByTestId('charge-99214')).toHaveTextContent('Accepted');
  });

  it('adds a follow-up with its owner and a due date of a quick choice', async () => {
    const { host, user } = await openWindow();
    await user.type(await screen.findByTestId('followup-text'), 'Repeat A1c');
    await user.selectOptions(screen.getByTestId('followup-owner'), 'Rosa Lind, RN');
    await user.click(screen.getByTestId('followup-due-3mo'));
    await user.click(screen.getByTestId('followup-add'));
    await waitFor(() => expect(host.followUps).toHaveLength(1));
    expect(host.followUps[0]).toMatchObject({ text: 'Repeat A1c', owner: 'Rosa Lind, RN' });
    expect(host.followUps[0]?.due).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(screen.getByTestId('followup-text')).toHaveValue('');
  });
});

describe('the window', () => {
  it('asks before signing out while something is not filed', async () => {
    const { host, user } = await openWindow('', (fake) => {
      fake.app = { ...fake.app, outbox: { late: 0, waiting: 2, needs_you: 1, filed: 0 } };
    });
    expect(screen.getByTestId('outbox')).toHaveTextContent('3 to file, 1 needs you');
    await user.click(screen.getByTestId('app-menu'));
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByTestId('sign-out-ask')).toHaveTextContent(
      '3 items are not filed yet. They stay in the vault on this computer',
    );
    expect(names(host)).not.toContain('sign_out');
    await user.click(screen.getByTestId('sign-out-confirm'));
    expect(await screen.findByTestId('signed-out')).toBeInTheDocument();
  });

  it('forgets what was typed when another clinician takes over', async () => {
    const { host, user } = await openWindow('', (fake) => {
      fake.instead.note_edit = () => {
        throw failure('internal', 'Not now.');
      };
    });
    await user.type(screen.getByTestId('note-hpi'), 'Of the first clinician');
    const { session } = host.app;
    host.app = { ...host.app, session: session && { ...session, clinician: 'Dr. Luis Romero' } };
    host.tell('app', null);
    await waitFor(() => expect(screen.getByTestId('app-menu')).toHaveTextContent('Romero'));
    expect(await screen.findByTestId('note-hpi')).toHaveValue('');
  });

  it('goes to the note by one key into the first section in which nothing stands', async () => {
    const { host, user } = await openWindow();
    const first = host.note.sections.find((one) => one.text === '')?.section ?? '';
    await user.keyboard('{Alt>}[Digit3]{/Alt}');
    await waitFor(() => expect(screen.getByTestId(`note-${first}`)).toHaveFocus());
    await user.keyboard('Sleeps badly.{Alt>}[Digit3]{/Alt}');
    await waitFor(() => expect(screen.getByTestId(`note-${first}`)).not.toHaveFocus());
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
  });

  it('works by keyboard: commands, panes, help', async () => {
    const { user } = await openWindow();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'add a diag');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByTestId('dx-search')).toHaveFocus());
    await user.keyboard('{Alt>}[Digit2]{/Alt}');
    await waitFor(() => expect(screen.getByTestId('pane-chart')).toHaveFocus());
    await user.keyboard('?');
    expect(await screen.findByTestId('shortcuts')).toBeInTheDocument();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('shortcuts')).toBeNull());
  });

  it('leaves the focus where the last key put it, however fast the keys come', async () => {
    await openWindow();
    const frames: FrameRequestCallback[] = [];
    const soon = vi.spyOn(globalThis, 'requestAnimationFrame').mockImplementation((frame) => {
      return frames.push(frame);
    });
    fireEvent.keyDown(document.body, { altKey: true, code: 'Digit2' });
    fireEvent.keyDown(screen.getByTestId('pane-chart'), { key: '/' });
    for (const frame of frames) frame(0);
    expect(screen.getByTestId('chart-search')).toHaveFocus();
    soon.mockRestore();
  });

  it('remembers the panes, and nothing about a patient', async () => {
    const { user } = await openWindow();
    await user.click(screen.getByTestId('hide-room'));
    expect(await screen.findByTestId('show-room')).toBeInTheDocument();
    const kept = JSON.stringify([localStorage, sessionStorage]);
    expect(kept).toContain('room');
    expect(kept).not.toMatch(/santos|85-1123|1972/i);
  });

  it('fetches everything again when an event was missed', async () => {
    const { host } = await openWindow();
    const before = names(host).filter((name) => name === 'chart_get').length;
    host.tell('app', null);
    (host as unknown as { seq: number }).seq += 3;
    host.tell('app', null);
    await waitFor(() =>
      expect(names(host).filter((name) => name === 'chart_get').length).toBe(before + 1),
    );
  });
});
