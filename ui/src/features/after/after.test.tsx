import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../test/window';

const open = () => openWindow('delivery-filed');

describe('after the signature', () => {
  it('offers nothing of it before the note is signed', async () => {
    await openWindow('ready');
    expect(screen.queryByTestId('signed-documents')).toBeNull();
  });

  it('an addendum is written, signed by one key, and stands under the note with who and when', async () => {
    const { host, user } = await open();
    await user.click(await screen.findByTestId('begin-addendum'));
    const sheet = await screen.findByTestId('amend');
    const field = within(sheet).getByLabelText('Addendum');
    await waitFor(() => expect(field).toHaveFocus());
    expect(sheet).toHaveTextContent('signed note, which stays as it is');
    await user.type(field, 'Took 500 mg, not 850.');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(screen.queryByTestId('amend')).toBeNull());
    const added = await screen.findByTestId('signed-addendum');
    expect(added).toHaveTextContent('Took 500 mg, not 850.');
    expect(added).toHaveTextContent(/Signed .* by Dr\. Anna Keller/);
    await waitFor(() => expect(added).toHaveTextContent('Filed'));
    expect(host.calls.filter((call) => call.name === 'amendment_sign')).toHaveLength(1);
    expect(screen.getByTestId('note-plan')).toHaveAttribute('readonly');
  });

  it('an empty addendum is not signed, and the sheet says what is missing', async () => {
    const { host, user } = await open();
    await user.click(await screen.findByTestId('begin-addendum'));
    await user.click(await screen.findByTestId('amend-sign'));
    expect(await screen.findByText(/▲ Addendum is still empty/)).toBeInTheDocument();
    expect(host.calls.some((call) => call.name === 'amendment_sign')).toBe(false);
  });

  it('a correction begins with the signed text, marks what changed, and the note says that it is replaced', async () => {
    const { host, user } = await open();
    const plan = host.note.sections.find((one) => one.section === 'plan')?.text ?? '';
    await user.click(await screen.findByTestId('begin-correction'));
    const sheet = await screen.findByTestId('amend');
    const field = within(sheet).getByLabelText('Plan');
    expect(field).toHaveValue(plan);
    expect(screen.queryByTestId('amend-changed')).toBeNull();
    await user.clear(field);
    await user.type(field, 'Other plan.');
    const changed = await screen.findByTestId('amend-changed');
    await user.click(within(changed).getByRole('button', { name: 'Plan: Changed. As signed' }));
    expect(changed).toHaveTextContent(plan);
    await user.click(screen.getByTestId('amend-sign'));
    expect(await screen.findByTestId('signed-correction')).toHaveTextContent('Changed: Plan');
    expect(screen.getByTestId('note-standing')).toHaveTextContent('Replaced by the correction');
  });

  it('a draft can be left, gone on with by keyboard, and given up only when asked twice', async () => {
    const { user } = await open();
    await user.click(await screen.findByTestId('begin-addendum'));
    const sheet = await screen.findByTestId('amend');
    await user.type(within(sheet).getByLabelText('Addendum'), 'Half');
    await user.keyboard('{Escape}');
    expect(await screen.findByTestId('draft-addendum')).toHaveTextContent('not signed');
    expect(screen.queryByTestId('begin-addendum')).toBeNull();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'addendum');
    await user.keyboard('{Enter}');
    const again = await screen.findByTestId('amend');
    expect(within(again).getByLabelText('Addendum')).toHaveValue('Half');
    await user.click(screen.getByTestId('amend-drop'));
    expect(screen.getByTestId('amend')).toBeInTheDocument();
    await user.click(screen.getByTestId('amend-drop-yes'));
    await waitFor(() => expect(screen.queryByTestId('draft-addendum')).toBeNull());
    expect(screen.getByTestId('begin-addendum')).toBeInTheDocument();
  });
});
