import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failure } from '../../host/fake';
import { openWindow } from '../../test/window';

const picker = () => screen.getByTestId<HTMLSelectElement>('note-template');

describe('the template of the note', () => {
  it('is the one for the visit type, and the picker says so', async () => {
    await openWindow();
    expect(picker()).toHaveValue('follow-up');
    expect(picker().selectedOptions[0]).toHaveTextContent('Follow-up · for this visit type');
    expect(screen.queryByTestId('note-template-words')).toBeNull();
  });

  it('is switched without losing a word: what has no section any more stays and says where it is from', async () => {
    const { user } = await openWindow();
    await user.type(screen.getByTestId('note-ros'), 'No cough.');
    await user.type(screen.getByTestId('note-plan'), 'Rest.');
    await user.selectOptions(picker(), 'medication-check');
    expect(await screen.findByTestId('note-medications')).toHaveValue('');
    expect(screen.getByTestId('note-plan')).toHaveValue('Rest.');
    expect(screen.getByTestId('note-ros')).toHaveValue('No cough.');
    expect(screen.getByText('Kept from Follow-up')).toBeVisible();
    expect(screen.queryByTestId('note-hpi')).toBeNull();
  });

  it('is not switched while some text cannot be saved', async () => {
    const { host, user } = await openWindow('', (fake) => {
      fake.instead.note_edit = () => {
        throw failure('disk_full', 'The disk is full.');
      };
    });
    await user.type(screen.getByTestId('note-hpi'), 'Not lost.');
    await user.selectOptions(picker(), 'telephone');
    await waitFor(() =>
      expect(screen.getByTestId('toast')).toHaveTextContent('could not be saved yet'),
    );
    expect(host.calls.map((call) => call.name)).not.toContain('note_template');
    expect(screen.getByTestId('note-hpi')).toHaveValue('Not lost.');
  });

  it('keeps a section on the screen while text of it is not saved, though another window switched', async () => {
    const { host, user } = await openWindow();
    host.instead.note_edit = () => {
      throw failure('disk_full', 'The disk is full.');
    };
    await user.type(screen.getByTestId('note-hpi'), 'Not lost.');
    await host.call('note_template', { visit: 'visit-santos', template: 'telephone' });
    await waitFor(() => expect(screen.queryByTestId('note-ros')).toBeNull());
    expect(screen.getByTestId('note-hpi')).toHaveValue('Not lost.');
  });

  it('lets kept text be moved to the end of another section', async () => {
    const { host, user } = await openWindow();
    await user.type(screen.getByTestId('note-ros'), 'No cough.');
    await user.type(screen.getByTestId('note-plan'), 'Rest.');
    await user.selectOptions(picker(), 'telephone');
    await user.selectOptions(await screen.findByTestId('note-ros-move'), 'plan');
    await waitFor(() => expect(screen.getByTestId('note-plan')).toHaveValue('Rest.\nNo cough.'));
    await waitFor(() => expect(screen.queryByTestId('note-ros')).toBeNull());
    await waitFor(() =>
      expect(host.note.sections.find((one) => one.section === 'ros')?.text).toBe(''),
    );
  });

  it('names what is wrong with the templates of the site', async () => {
    await openWindow('template-problem');
    expect(screen.getByTestId('note-template-words')).toHaveTextContent('has no template');
    expect(screen.getByTestId('note-template-problems')).toHaveTextContent(
      'asthma.toml, line 17: unknown field `reqired`',
    );
  });
});

describe('what follows such a visit', () => {
  it('is offered by the template and added by one press', async () => {
    const { host, user } = await openWindow();
    expect(host.followUps).toHaveLength(0);
    await user.click(await screen.findByTestId('followup-usual'));
    expect(await screen.findByTestId('followup')).toHaveTextContent('Follow-up visit');
    expect(host.followUps).toMatchObject([{ text: 'Follow-up visit', due: '2027-02-22' }]);
    await waitFor(() => expect(screen.queryByTestId('followup-usual')).toBeNull());
  });
});
