import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../test/window';

type User = Awaited<ReturnType<typeof openWindow>>['user'];

async function add(user: User, code: string) {
  await user.type(screen.getByTestId('dx-search'), code);
  await screen.findByTestId(`dx-option-${code}`);
  await user.keyboard('{Enter}');
  await screen.findByTestId(`dx-${code}`);
}

describe('diagnoses', () => {
  it('open a category into its codes with the keyboard, one question at a time, and back', async () => {
    const { user } = await openWindow('started');
    const field = screen.getByTestId('dx-search');
    await user.type(field, 'S52.50');
    await user.click(await screen.findByTestId('dx-option-S52.50'));
    expect(await screen.findByTestId('dx-asked')).toHaveTextContent('Which side?');
    expect(screen.getByTestId('dx-option-S52.501')).toHaveTextContent('right');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByTestId('dx-asked')).toHaveTextContent('Which part'));
    await user.keyboard('{ArrowLeft}');
    await waitFor(() => expect(screen.queryByTestId('dx-asked')).toBeNull());
    expect(field).toHaveValue('S52.50');
    await user.click(screen.getByTestId('dx-option-S52.501'));
    await screen.findByTestId('dx-option-S52.501D');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(await screen.findByTestId('dx-S52.501D')).toBeInTheDocument();
    expect(field).toHaveValue('');
  });

  it('that exclude each other are kept only with a reason, which can be taken back', async () => {
    const { user, host } = await openWindow('started');
    await add(user, 'E10.9');
    const pair = await screen.findByTestId('excluded-E11.65-E10.9');
    expect(pair).toHaveTextContent('type 1 diabetes mellitus (E10.-)');
    await user.click(within(pair).getByTestId('excluded-keep'));
    await user.clear(within(pair).getByTestId('excluded-reason'));
    expect(within(pair).getByTestId('excluded-keep-reason')).toBeDisabled();
    await user.type(within(pair).getByTestId('excluded-reason'), 'Being told apart{Enter}');
    await waitFor(() => expect(pair).toHaveTextContent('Both kept: Being told apart'));
    await user.click(within(pair).getByTestId('excluded-undo'));
    await user.click(await within(pair).findByTestId('excluded-remove-E10.9'));
    await waitFor(() => expect(screen.queryByTestId('excluded-E11.65-E10.9')).toBeNull());
    expect(host.diagnoses.map((one) => one.code)).toEqual(['E11.65', 'I10']);
  });

  it('in the wrong place are put right by one press', async () => {
    const { user, host } = await openWindow('started');
    await add(user, 'N18.30');
    await add(user, 'E11.22');
    expect(await screen.findByTestId('dx-wrong-N18.30')).toHaveTextContent('goes before N18.30');
    await user.click(screen.getByTestId('dx-order-N18.30'));
    await waitFor(() => expect(screen.queryByTestId('dx-wrong-N18.30')).toBeNull());
    expect(host.diagnoses.map((one) => one.code)).toEqual(['E11.65', 'I10', 'E11.22', 'N18.30']);
  });

  it('show the official note, and a code of it goes into the search', async () => {
    const { user } = await openWindow('started');
    await add(user, 'E11.9');
    await user.click(screen.getByTestId('dx-notes-E11.9'));
    await user.click(screen.getByRole('button', { name: 'Search for Z79.84' }));
    expect(screen.getByTestId('dx-search')).toHaveValue('Z79.84');
    expect(await screen.findByTestId('dx-option-Z79.84')).toBeInTheDocument();
  });
});

describe('charges', () => {
  it('of a service are suggested once it is stated, and stand beside the visit code', async () => {
    const { user, host } = await openWindow('started');
    await user.click(screen.getByTestId('accept-99214'));
    await screen.findByTestId('charge-99214');
    await user.click(screen.getByTestId('charge-facts'));
    expect(screen.queryByTestId('extra-discussion-minutes')).toBeNull();
    await user.type(screen.getByTestId('extra-psychotherapy-minutes'), '20');
    expect(await screen.findByTestId('suggestion-90833')).toHaveTextContent('goes with 99214');
    expect(host.charges.map((one) => one.code)).toEqual(['99214']);
    await user.click(screen.getByTestId('accept-90833'));
    await screen.findByTestId('charge-90833');
    expect(screen.getByTestId('charge-99214')).toBeInTheDocument();
  });
});
