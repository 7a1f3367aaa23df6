import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../test/window';

const saved = () =>
  waitFor(() => expect(screen.getByTestId('note-saved')).toHaveTextContent(/^Saved/));

async function writeTwice() {
  const opened = await openWindow();
  const { host, user } = opened;
  const plan = screen.getByTestId<HTMLTextAreaElement>('note-plan');
  await user.type(plan, 'First thought.');
  await saved();
  await user.type(plan, ' And a second.');
  await waitFor(() =>
    expect(host.note.sections.find((one) => one.section === 'plan')?.text).toBe(
      'First thought. And a second.',
    ),
  );
  return { ...opened, plan };
}

describe('earlier versions of a section', () => {
  it('are listed, shown and brought back, and that can be undone', async () => {
    const { user, plan } = await writeTwice();
    await user.click(screen.getByTestId('note-plan-versions'));
    const sheet = await screen.findByTestId('versions');
    await waitFor(() =>
      expect(within(sheet).getByTestId('version-text')).toHaveTextContent('First thought.'),
    );
    await user.click(within(sheet).getByTestId('version-restore'));
    await waitFor(() => expect(plan).toHaveValue('First thought.'));
    await waitFor(() => expect(screen.queryByTestId('versions')).toBeNull());
    plan.focus();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(plan).toHaveValue('First thought. And a second.'));
  });

  it('are reached by keyboard through the palette', async () => {
    const { user } = await writeTwice();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'earlier versions');
    await user.keyboard('{Enter}');
    expect(await screen.findByTestId('versions')).toHaveTextContent('Earlier versions: Plan');
  });
});

describe('undo in a section', () => {
  it('goes on from the vault where the field itself has nothing to undo', async () => {
    const { user, plan } = await writeTwice();
    plan.focus();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(plan).toHaveValue('First thought.'));
    expect(screen.getByTestId('toast')).toHaveTextContent('Back to the text of');
  });

  it.each(['{Control>}{Shift>}z{/Shift}{/Control}', '{Control>}y{/Control}'])(
    'comes forward again from the vault by %s, until something is typed',
    async (keys) => {
      const { user, plan } = await writeTwice();
      plan.focus();
      await user.keyboard('{Control>}z{/Control}');
      await waitFor(() => expect(plan).toHaveValue('First thought.'));
      await user.keyboard(keys);
      await waitFor(() => expect(plan).toHaveValue('First thought. And a second.'));
      expect(screen.getByTestId('toast')).toHaveTextContent('Forward to the text of');
      await user.keyboard('{Control>}z{/Control}');
      await waitFor(() => expect(plan).toHaveValue('First thought.'));
      await user.type(plan, ' Another.');
      await user.keyboard(keys);
      await waitFor(() =>
        expect(screen.getByTestId('toast')).toHaveTextContent('Nothing was undone'),
      );
      expect(plan).toHaveValue('First thought. Another.');
    },
  );

  it('leaves the field alone while it redoes by itself', async () => {
    const { host, user, plan } = await writeTwice();
    plan.focus();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(plan).toHaveValue('First thought.'));
    await user.keyboard('{Control>}y{/Control}');
    plan.dispatchEvent(new InputEvent('input', { inputType: 'historyRedo', bubbles: true }));
    await user.type(plan, '!');
    await waitFor(() =>
      expect(host.note.sections.find((one) => one.section === 'plan')?.text).toContain('!'),
    );
    expect(host.calls.map((call) => call.name)).not.toContain('note_redo');
  });

  it('leaves the vault alone while the field undoes by itself', async () => {
    const { host, user, plan } = await writeTwice();
    plan.focus();
    await user.keyboard('{Control>}z{/Control}');
    plan.dispatchEvent(new InputEvent('input', { inputType: 'historyUndo', bubbles: true }));
    // A save takes longer than the wait for the field's own undo.
    await user.type(plan, '!');
    await waitFor(() =>
      expect(host.note.sections.find((one) => one.section === 'plan')?.text).toContain('!'),
    );
    expect(host.calls.map((call) => call.name)).not.toContain('note_undo');
  });

  it('saves what is typed before, so that it is a version too', async () => {
    const { host, user } = await openWindow();
    const plan = screen.getByTestId('note-plan');
    await user.type(plan, 'Just typed');
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(plan).toHaveValue(''));
    const names = host.calls.map((call) => call.name);
    expect(names.indexOf('note_edit')).toBeLessThan(names.indexOf('note_undo'));
  });
});
