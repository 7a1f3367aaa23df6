// Undo beyond what the text field itself remembers: after a restart, after another visit was on screen.
import { useCallback, type KeyboardEvent } from 'react';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import { withMod } from '../../data/keys';
import type { SectionDraft } from '../../data/section-draft';

/** Within this the field has undone something itself, if it could. */
const OWN_UNDO_MS = 80;

export function useUndo(visit: string, section: string, draft: SectionDraft) {
  const { host } = useClient();
  const say = useToast();

  const undo = useCallback(async () => {
    try {
      const restored = await draft.bringBack((base_revision) =>
        host.call('note_undo', { visit, section, base_revision }),
      );
      say(restored.words);
    } catch (thrown) {
      say(toCommandError(thrown).message);
    }
  }, [host, visit, section, draft, say]);

  return useCallback(
    (event: KeyboardEvent<HTMLTextAreaElement>) => {
      const { key, shiftKey, altKey, currentTarget: area, nativeEvent } = event;
      if (key.toLowerCase() !== 'z' || !withMod(nativeEvent) || shiftKey || altKey) return;
      if (area.readOnly) return;
      let undone = false;
      const seen = (input: Event) => {
        undone ||= (input as InputEvent).inputType === 'historyUndo';
      };
      area.addEventListener('input', seen);
      setTimeout(() => {
        area.removeEventListener('input', seen);
        if (!undone) void undo();
      }, OWN_UNDO_MS);
    },
    [undo],
  );
}
