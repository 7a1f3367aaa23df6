import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failure, type FakeHost } from '../../host/fake';
import { held, openWindow } from '../../test/window';

const signed = (host: FakeHost) => host.calls.filter((call) => call.name === 'sign');

describe('signing', () => {
  it('shows the write plan first, and signs exactly the plan that was seen', async () => {
    const { host, user } = await openWindow('ready');
    await user.click(screen.getByTestId('sign'));
    const plan = await screen.findByTestId('plan');
    expect(signed(host)).toEqual([]);
    expect(await within(plan).findByTestId('plan-item-charge-99214')).toHaveTextContent(
      'Goes into the note',
    );
    const button = within(plan).getByTestId('plan-sign');
    expect(button).toHaveTextContent('Sign for SANTOS, Maria');
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    expect(await screen.findByTestId('delivery')).toBeInTheDocument();
    expect(signed(host)).toHaveLength(1);
  });

  it('signs in one step when exactly this plan was seen before', async () => {
    const { host, user } = await openWindow('ready');
    await user.click(screen.getByTestId('open-plan'));
    await screen.findByTestId('plan-item-note');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('plan')).toBeNull());
    await user.click(screen.getByTestId('sign'));
    await waitFor(() => expect(signed(host)).toHaveLength(1));
  });

  it('keeps the request for who asks for it', async () => {
    const { user } = await openWindow('ready');
    await user.click(screen.getByTestId('open-plan'));
    const note = await screen.findByTestId('plan-item-note');
    expect(note).not.toHaveTextContent('POST');
    expect(note).not.toHaveTextContent('DocumentReference');
    await user.click(within(note).getByRole('button', { name: /^Details for IT/ }));
    expect(note).toHaveTextContent('POST DocumentReference');
  });

  it('names what is missing and moves the focus there', async () => {
    const { host, user } = await openWindow('started');
    await user.keyboard('{Control>}{Enter}{/Control}');
    const blockers = await screen.findByTestId('blockers');
    expect(blockers).toHaveTextContent('Plan is empty.');
    expect(screen.getByTestId('plan-sign')).toBeDisabled();
    await user.click(screen.getByTestId('blocker-plan'));
    await waitFor(() => expect(screen.getByTestId('note-plan')).toHaveFocus());
    expect(signed(host)).toEqual([]);
  });

  it('shows the new plan when the plan changed between seeing and signing', async () => {
    const { host, user } = await openWindow('ready');
    await user.click(screen.getByTestId('sign'));
    const button = await screen.findByTestId('plan-sign');
    await waitFor(() => expect(button).toBeEnabled());
    host.instead.sign = () => {
      delete host.instead.sign;
      throw failure('plan_changed', 'The write plan changed since it was shown.');
    };
    await user.click(button);
    expect(await screen.findByTestId('plan-changed')).toBeInTheDocument();
    expect(screen.queryByTestId('delivery')).toBeNull();
  });

  it('does not sign while some text is not saved', async () => {
    const { host, user } = await openWindow('ready', (fake) => {
      fake.instead.note_edit = () => {
        throw failure('disk_full', 'The disk is full.');
      };
    });
    await user.type(screen.getByTestId('note-plan'), ' More.');
    await user.click(screen.getByTestId('sign'));
    expect(await screen.findByText(/not saved yet, so nothing was signed/)).toBeInTheDocument();
    expect(signed(host)).toEqual([]);
  });

  it('sends what was typed last before it signs', async () => {
    const { host, user } = await openWindow('ready');
    await user.type(screen.getByTestId('note-plan'), ' Last words.');
    await user.click(screen.getByTestId('open-plan'));
    await screen.findByTestId('plan');
    expect(host.note.sections.find((one) => one.section === 'plan')?.text).toContain('Last words.');
  });

  it('says of an EHR that takes nothing that the visit is signed, and what to do', async () => {
    const { user } = await openWindow('read-only');
    await user.click(screen.getByTestId('sign'));
    const button = await screen.findByTestId('plan-sign');
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    const words = await screen.findByTestId('delivery-stays');
    expect(words).toHaveTextContent('This visit is signed. It stays in Chartside.');
    expect(words).toHaveTextContent('Enter the visit there by hand');
    expect(screen.queryByText(/has been signed yet/)).toBeNull();
    await user.click(screen.getByTestId('delivery-note'));
    expect(await screen.findByTestId('note-preview')).toHaveTextContent('ATTESTATION');
    await waitFor(() =>
      expect(screen.getByTestId('outbox')).toHaveTextContent('Signed, stays in Chartside'),
    );
  });

  it('shows the versions of a record side by side, and leaves the EHR’s as it is when the clinician says so', async () => {
    const { host, user } = await openWindow('delivery-compare');
    await user.click(screen.getByTestId('outbox'));
    const table = within(await screen.findByTestId('compare'));
    const heads = ['What', 'As you signed it', 'As you want it', 'In Riverside now'];
    expect(table.getAllByRole('columnheader').map((one) => one.textContent)).toEqual(heads);
    const title = table.getAllByTestId('compare-row')[1];
    expect(title).toHaveTextContent('Telephone encounter▲ changed in the EHR');
    expect(screen.queryByTestId('delivery-retry-retraction')).toBeNull();
    expect(table.getByTestId('compare-again')).toHaveTextContent('Mark it as it is now');
    await user.click(table.getByTestId('compare-leave'));
    const asked = host.calls.find((call) => call.name === 'delivery_leave');
    expect(asked?.args).toEqual({ id: 'item-1', seen: '9f2c41d07be358aa' });
    const item = await screen.findByTestId('delivery-item-retraction');
    await waitFor(() => expect(item).toHaveTextContent('Left as it is'));
    expect(item).not.toHaveTextContent('Filed');
    expect(screen.getByTestId('all-filed')).toHaveTextContent('Nothing waits');
  });

  it('lets the clinician say which record of the EHR it is, where nobody else can tell', async () => {
    const { host, user } = await openWindow('delivery-decide');
    await user.click(screen.getByTestId('outbox'));
    const look = await screen.findByTestId('delivery-look');
    expect(look).toHaveTextContent('Sent, but no answer came.');
    const [same, other] = within(look).getAllByTestId('delivery-candidate');
    expect(same).toHaveTextContent('says the same');
    expect(other).not.toHaveTextContent('says the same');
    expect(within(look).getByTestId('delivery-not-there')).toBeInTheDocument();
    await user.click(
      within(look).getByRole('button', {
        name: 'This is it: Follow-up visit note, DocumentReference/1123',
      }),
    );
    const asked = host.calls.find((call) => call.name === 'delivery_choose');
    expect(asked?.args).toEqual({ id: 'item-0', reference: 'DocumentReference/1123' });
    await waitFor(() => expect(screen.queryByTestId('delivery-candidate')).toBeNull());
  });

  it('shows after signing what became of each item of the plan, and saves the plan for IT', async () => {
    const { host, user } = await openWindow('delivery-troubles');
    await user.click(screen.getByTestId('outbox'));
    await user.click(await screen.findByTestId('delivery-plan'));
    const facts = await screen.findByTestId('plan-facts');
    expect(within(facts).getByTestId('plan-fact-note')).toHaveTextContent('As planned');
    expect(within(facts).getByTestId('plan-fact-follow_up_task')).toHaveTextContent('Otherwise');
    await user.click(within(facts).getByTestId('plan-export-pdf'));
    expect(await screen.findByText(/^Saved as Write plan/)).toBeVisible();
    expect(host.calls.some((call) => call.name === 'plan_export')).toBe(true);
  });

  it('leaves a refused diagnosis in the note, and does not call everything filed then', async () => {
    const { user } = await openWindow('delivery-elsewhere');
    await user.click(screen.getByTestId('outbox'));
    await user.click(await screen.findByTestId('delivery-elsewhere-diagnosis'));
    const item = screen.getByTestId('delivery-item-diagnosis');
    await waitFor(() => expect(item).toHaveAttribute('data-state', 'superseded'));
    expect(item).toHaveTextContent('It stands in the note that was filed.');
    expect(screen.queryByTestId('delivery-elsewhere-diagnosis')).toBeNull();
    expect(screen.getByTestId('all-filed')).toHaveTextContent('Nothing waits');
    expect(screen.getByTestId('signed-line')).toHaveTextContent('Nothing waits');
  });

  it('says after a resident signed that a cosignature is awaited, wherever it says signed or filed', async () => {
    const { user } = await openWindow('resident');
    await user.click(screen.getByTestId('sign'));
    const button = await screen.findByTestId('plan-sign');
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    expect(await screen.findByTestId('awaits-cosign')).toHaveTextContent('Awaiting cosignature');
    await screen.findByTestId('all-filed');
    expect(screen.getByTestId('signed-line')).toHaveTextContent(
      'Awaiting cosignature · ✓ All filed',
    );
    expect(screen.getByTestId('note-signed')).toHaveTextContent('Awaiting cosignature.');
  });

  it('holds note, facts and codes still while it signs, and lets go when that fails', async () => {
    const { host, user } = await openWindow('ready');
    await user.click(screen.getByTestId('sign'));
    const button = await screen.findByTestId('plan-sign');
    await waitFor(() => expect(button).toBeEnabled());
    const answer = held<never>();
    host.instead.sign = () => answer.promise;
    await user.click(button);
    await waitFor(() => expect(signed(host)).toHaveLength(1));
    expect(screen.getByTestId('note-plan')).toHaveAttribute('readonly');
    expect(screen.getByTestId('fact-consent-spoken')).toBeDisabled();
    expect(document.getElementById('part-codes')).toHaveAttribute('inert');
    answer.reject(failure('internal', 'Not now.'));
    await waitFor(() => expect(screen.getByTestId('note-plan')).not.toHaveAttribute('readonly'));
    expect(screen.getByTestId('fact-consent-spoken')).toBeEnabled();
    expect(document.getElementById('part-codes')).not.toHaveAttribute('inert');
  });

  it('says "Filed" only for what was read back, with a receipt, and then "All filed"', async () => {
    const { host, user } = await openWindow('ready');
    host.instead.delivery_get = () => ({
      visit: 'visit-santos',
      all_filed: false,
      items: host.outbox.items.map((item) => ({
        ...item,
        state: 'needs_you',
        words: 'The EHR refused it.',
        receipt: null,
        can_retry: true,
        can_decide: false,
        can_rebook: false,
        elsewhere: null,
      })),
    });
    await user.click(screen.getByTestId('sign'));
    const button = await screen.findByTestId('plan-sign');
    await waitFor(() => expect(button).toBeEnabled());
    await user.click(button);
    const note = await screen.findByTestId('delivery-item-note');
    expect(note).toHaveTextContent('Needs you');
    expect(note).not.toHaveTextContent('Filed');
    expect(screen.queryByTestId('all-filed')).toBeNull();
    expect(within(note).getByTestId('delivery-retry-note')).toBeInTheDocument();
    delete host.instead.delivery_get;
    host.tell('delivery');
    expect(await screen.findByTestId('all-filed')).toHaveTextContent('All filed');
    expect(screen.queryByTestId('awaits-cosign')).toBeNull();
    expect(screen.getByTestId('signed-line')).toHaveTextContent(/^✓ All filed$/);
    expect(screen.getByTestId('receipt-note')).toHaveTextContent('DocumentReference/1123');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByTestId('note-plan')).toHaveAttribute('readonly'));
    expect(screen.queryByTestId('sign')).toBeNull();
  });
});
