// What an entry of the chart can do: be read, go into the note and out again, become a diagnosis.
import { useMemo, useRef, type KeyboardEvent } from 'react';
import { useToast } from '../../components/toast';
import { useClient } from '../../data/hooks';
import { inText, modKey, withMod } from '../../data/keys';
import type { ChartItem } from '../../generated/ChartItem';
import type { SectionKind } from '../../generated/SectionKind';
import { chart as text } from '../../text/visit';
import { insertLine } from '../note/insert';
import { useVisit } from '../visits/visit-context';
import { placeFor } from './place';
import { noteLine } from './wording';

export interface RowActions {
  mayWrite: boolean;
  /** It is confirmed whose chart this is; until then nothing of it goes into the note. */
  mayInsert: boolean;
  read: (id: string) => void;
  /** `name` is what the entry is called in the note. */
  insert: (item: ChartItem, kind: SectionKind, name: string) => Promise<void>;
  addDiagnosis: (code: string) => Promise<void>;
}

interface RowPort {
  actions: RowActions;
  /** The undo key, while the focus is in the chart: takes the last insertion back. */
  onUndoKey: (event: KeyboardEvent) => void;
}

export function useRowActions(onRead: (id: string) => void): RowPort {
  const client = useClient();
  const { visit, view, mayWrite: allowed, locked } = useVisit();
  const mayWrite = allowed && !locked;
  const mayInsert = view.identity.state === 'confirmed';
  const say = useToast();
  const takeBack = useRef<(() => boolean)[]>([]);

  const actions = useMemo<RowActions>(
    () => ({
      mayWrite,
      mayInsert,
      read: onRead,
      insert: async (item, kind, name) => {
        if (!mayInsert) {
          say(text.blockedInsert);
          return;
        }
        const drafts = client.notesOf(visit);
        const note = await client.host.call('note_get', { visit });
        const target = placeFor(kind, note.sections, drafts.lastSection);
        if (!target) return;
        if (drafts.locked) {
          say(text.signingNow);
          return;
        }
        // Another window may have written there since; in the chart's own one nobody else fetches the note.
        drafts.adopt(note);
        const draft = drafts.of(target);
        const line = noteLine(name, item);
        let undo = insertLine(target.section, draft, line);
        let saved = await draft.flush();
        const { state } = draft.snapshot();
        if (!document.getElementById(`note-${target.section}`) && state.kind === 'conflict') {
          // Nobody can settle it in the chart's own window: theirs stands, and the line comes after it.
          draft.resolve(state.theirs);
          undo = insertLine(target.section, draft, line);
          saved = await draft.flush();
        }
        if (!saved) {
          // Where the section can be seen, what stands in the way is settled there.
          say(text.notInserted(target.title));
          return;
        }
        takeBack.current.push(undo);
        say(text.inserted(target.title, `${modKey}+Z`));
      },
      addDiagnosis: async (code) => {
        await client.host.call('diagnosis_add', { visit, code });
        say(text.diagnosisAdded(code));
      },
    }),
    [client, visit, mayWrite, mayInsert, onRead, say],
  );

  const onUndoKey = (event: KeyboardEvent) => {
    if (event.key !== 'z' || !withMod(event.nativeEvent) || event.shiftKey) return;
    if (inText(event.target) || !mayWrite) return;
    const last = takeBack.current.pop();
    if (!last) return;
    event.preventDefault();
    say(last() ? text.takenBack : text.notTakenBack);
  };
  return { actions, onUndoKey };
}
