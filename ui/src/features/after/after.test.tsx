import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { ExportedView } from '../../generated/ExportedView';
import { failure } from '../../host/fake';
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

  it('saves each signed document as PDF, by its button and by the palette, and says under which name', async () => {
    const { host, user } = await open();
    await user.click(await screen.findByTestId('pdf-note'));
    await waitFor(() =>
      expect(screen.getByTestId('toast')).toHaveTextContent(/^Saved as .*2026-11-22\.pdf$/),
    );
    await user.click(await screen.findByTestId('begin-addendum'));
    const sheet = await screen.findByTestId('amend');
    await user.type(within(sheet).getByLabelText('Addendum'), 'Took 500 mg.');
    await user.click(screen.getByTestId('amend-sign'));
    await screen.findByTestId('pdf-addendum');
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'pdf addendum{Enter}');
    const asked = () => host.calls.filter((call) => call.name === 'note_pdf');
    await waitFor(() => expect(asked()).toHaveLength(2));
    const ids = host.after.list().documents.map((one) => one.id);
    expect(asked().map((call) => (call.args as { id: string }).id)).toEqual(ids);
  });

  it('saves the chart as PDF, from its end and by the palette', async () => {
    const { host, user } = await open();
    await user.click(await screen.findByTestId('chart-pdf'));
    await waitFor(() =>
      expect(screen.getByTestId('toast')).toHaveTextContent('Saved as Chart 2026-11-22.pdf'),
    );
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'chart as pdf{Enter}');
    await waitFor(() =>
      expect(host.calls.filter((call) => call.name === 'chart_pdf')).toHaveLength(2),
    );
  });

  it('says nothing when the dialog was given up, and why when nothing could be written', async () => {
    const { host, user } = await open();
    const answers: (() => ExportedView)[] = [
      () => ({ words: null }),
      () => {
        throw failure('file_not_written', 'Nothing can be written there.', true);
      },
    ];
    const call = host.call.bind(host);
    vi.spyOn(host, 'call').mockImplementation((name, args) =>
      name === 'note_pdf'
        ? Promise.resolve().then(() => answers.shift()?.() as never)
        : call(name, args),
    );
    const button = await screen.findByTestId('pdf-note');
    await user.click(button);
    await waitFor(() => expect(answers).toHaveLength(1));
    expect(screen.getByTestId('toast')).toBeEmptyDOMElement();
    await user.click(button);
    const failed = await screen.findByTestId('pdf-note-failed');
    expect(failed).toHaveTextContent('No PDF was saved');
    expect(failed).toHaveTextContent('Nothing can be written there.');
    expect(screen.getByTestId('toast')).toBeEmptyDOMElement();
  });

  it('copies the whole text as it was signed, and says so', async () => {
    const { host, user } = await open();
    const [note] = host.after.list().documents;
    await user.click(await screen.findByTestId('copy-note'));
    await waitFor(() => expect(screen.getByTestId('toast')).toHaveTextContent('Copied'));
    expect(await navigator.clipboard.readText()).toBe(note?.text);
    vi.spyOn(host.after, 'list').mockReturnValue({
      ...host.after.list(),
      documents: [{ ...note!, standing: 'retracted', standing_words: 'Retracted 14:40' }],
    });
    act(() => host.tell('note', null));
    await screen.findByText('▲ Retracted 14:40');
    await user.click(screen.getByTestId('copy-note'));
    await waitFor(async () =>
      expect(await navigator.clipboard.readText()).toBe(
        `▲ Retracted: entered in error.\n\n${note?.text}`,
      ),
    );
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('not allowed'));
    await user.click(screen.getByTestId('copy-note'));
    await waitFor(() => expect(screen.getByTestId('toast')).toHaveTextContent('Save it as PDF'));
  });

  it('a note is taken back with everything of its visit, only with a reason, and says so afterwards', async () => {
    const { host, user } = await open();
    host.taken.fixedKind = 'charge';
    await user.click(await screen.findByTestId('begin-retract'));
    const sheet = await screen.findByTestId('retract');
    const act = await within(sheet).findByTestId('retract-do');
    expect(act).toBeDisabled();
    expect(sheet).toHaveTextContent('everything goes with it');
    expect(within(sheet).getByTestId('retract-part-charge')).toHaveTextContent(
      'Mark it there yourself',
    );
    await user.click(within(sheet).getByLabelText('Other'));
    expect(screen.getByTestId('retract-why')).toHaveTextContent('Say why in your own words.');
    await user.click(within(sheet).getByLabelText('Wrong patient'));
    await user.click(act);
    await waitFor(() => expect(screen.queryByTestId('retract')).toBeNull());
    const [asked] = host.calls.filter((call) => call.name === 'retract');
    expect(asked?.args).toMatchObject({
      reason: 'wrong_patient',
      parts: expect.any(Array) as unknown,
    });
    expect(await screen.findByTestId('note-standing')).toHaveTextContent('wrong patient');
    expect(screen.queryByTestId('begin-addendum')).toBeNull();
  });

  it('an addendum is taken back alone', async () => {
    const { host, user } = await open();
    await user.click(await screen.findByTestId('begin-addendum'));
    await user.type(within(await screen.findByTestId('amend')).getByLabelText('Addendum'), 'Oops.');
    await user.click(screen.getByTestId('amend-sign'));
    await user.click(await screen.findByTestId('retract-addendum'));
    const sheet = await screen.findByTestId('retract');
    await user.click(await within(sheet).findByLabelText('Written twice'));
    await user.click(within(sheet).getByTestId('retract-do'));
    await waitFor(() => expect(screen.queryByTestId('retract')).toBeNull());
    const [asked] = host.calls.filter((call) => call.name === 'retract');
    expect((asked?.args as { parts: string[] }).parts).toHaveLength(1);
    expect(screen.queryByTestId('note-standing')).toBeNull();
    expect(screen.getByTestId('signed-addendum')).toHaveAttribute('data-state', 'retracted');
  });

  it('a resident’s note is read, stated about and cosigned, before the visit’s own note is signed', async () => {
    const { host, user } = await openWindow('cosign');
    const panel = await screen.findByTestId('cosign');
    expect(panel).toHaveTextContent('Waits for your cosignature: Progress note by Dr. Nikhil Iyer');
    await user.click(within(panel).getByTestId('cosign-begin'));
    const sheet = await screen.findByTestId('amend');
    expect(await within(sheet).findByTestId('cosign-note')).toHaveTextContent('Progress note');
    await user.click(within(sheet).getByTestId('amend-sign'));
    expect(await screen.findByText(/▲ The statement is still empty/)).toBeInTheDocument();
    const field = within(sheet).getByLabelText('Supervising clinician’s statement');
    await user.type(field, 'Seen with Dr. Iyer.');
    await user.click(within(sheet).getByTestId('amend-sign'));
    await waitFor(() => expect(screen.queryByTestId('amend')).toBeNull());
    expect(await screen.findByTestId('cosign-done')).toHaveTextContent(
      'Cosignature of Progress note',
    );
    expect(screen.queryByTestId('cosign-waiting')).toBeNull();
    const asked = host.calls.find((call) => call.name === 'amendment_begin');
    expect(asked?.args).toMatchObject({ kind: 'cosign', document: 'DocumentReference/71' });
    await user.click(screen.getByTestId('cosign-retract'));
    expect(await screen.findByTestId('retract')).toHaveTextContent('Cosignature of Progress note');
  });
});
