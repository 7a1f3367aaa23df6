import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAKE_PNG } from '../../host/fake-documents';
import { openWindow } from '../../test/window';

const PICTURE_BYTES = atob(FAKE_PNG).length;

describe('a document that is a picture', () => {
  afterEach(() => vi.unstubAllGlobals());

  const open = async () => {
    const { user } = await openWindow('document-image');
    const row = document.querySelector<HTMLElement>('[data-id="DocumentReference/71"]');
    row?.focus();
    await user.keyboard('{Enter}');
    return user;
  };

  it('is decoded from its bytes, without an address, and let go', async () => {
    const close = vi.fn();
    const given: Blob[] = [];
    const decode = (blob: Blob) => {
      given.push(blob);
      return Promise.resolve({ width: 8192, height: 2048, close });
    };
    const address = vi.fn();
    vi.stubGlobal('createImageBitmap', decode);
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: address }));
    await open();
    const picture = await screen.findByTestId('document-image');
    await waitFor(() => expect(picture).toHaveAttribute('data-state', 'drawn'));
    expect(picture).toHaveAccessibleName('Picture: Photo of the left foot');
    expect(given.map(({ type, size }) => [type, size])).toEqual([['image/png', PICTURE_BYTES]]);
    // Drawn no larger than a canvas can be.
    expect([picture.getAttribute('width'), picture.getAttribute('height')]).toEqual([
      '4096',
      '1024',
    ]);
    expect(close).toHaveBeenCalled();
    expect(address).not.toHaveBeenCalled();
  });

  it('says so when it cannot be drawn', async () => {
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no picture')));
    await open();
    expect(await screen.findByText(/This picture could not be drawn/)).toBeInTheDocument();
  });
});
