// Whether a call’s pictures move.

async function until(what, words, patience = 30_000) {
  const end = Date.now() + patience;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** How many pictures of the other person this end has shown. */
export const shown = (place) =>
  place
    .getByTestId('remote-video')
    .evaluate((video) => video.getVideoPlaybackQuality().totalVideoFrames);

/** Both ends show new pictures of each other. */
export async function videoRuns(ends, words, patience) {
  for (const end of ends) {
    const before = await shown(end);
    await until(async () => (await shown(end)) > before + 5, words, patience);
  }
}
