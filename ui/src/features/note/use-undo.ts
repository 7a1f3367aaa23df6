// Undo and redo beyond what the text field itself remembers: after a restart, after another visit was on screen.
import { useCallback, type KeyboardEvent } from 'react';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import { withMod } from '../../data/keys';
import type { SectionDraft } from '../../data/section-draft';

/** Within this the field has undone or redone something itself, if it could. */
const OWN_MS = 80;

type Way = 'note_undo' | 'note_redo';

/** Ctrl+Z; Ctrl+Shift+Z or Ctrl+Y. */
function wayOf({ key, shiftKey, altKey, nativeEvent }: KeyboardEvent): Way | undefined {
  if (!withMod(nativeEvent) || altKey) return undefined;
  const letter = key.toLowerCase();
  if (letter === 'z') return shiftKey ? 'note_redo' : 'note_undo';
  return letter === 'y' && !shiftKey ? 'note_redo' : undefined;
}

export function useUndo(visit: string, section: string, draft: SectionDraft) {
  const { host } = useClient();
  const say = useToast();

  const go = useCallback(
    async (way: Way) => {
      try {
        const restored = await draft.bringBack((base_revision) =>
          host.call(way, { visit, section, base_revision }),
        );
        say(restored.words);
      } catch (thrown) {
        say(toCommandError(thrown).message);
      }
    },
    [host, visit, section, draft, say],
  );

  return useCallback(
    (event: KeyboardEvent<HTMLTextAreaElement>) => {
      const way = wayOf(event);
      const area = event.currentTarget;
      if (way === undefined || area.readOnly) return;
      const own = way === 'note_undo' ? 'historyUndo' : 'historyRedo';
      let done = false;
      const seen = (input: Event) => {
        done ||= (input as InputEvent).inputType === own;
      };
      area.addEventListener('input', seen);
      setTimeout(() => {
        area.removeEventListener('input', seen);
        if (!done) void go(way);
      }, OWN_MS);
    },
    [go],
  );
}
