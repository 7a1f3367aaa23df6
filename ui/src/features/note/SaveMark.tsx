// Is every word safe? One short answer in the header of the note.
import { useSyncExternalStore } from 'react';
import type { NoteDrafts } from '../../data/note-drafts';
import type { SaveState } from '../../data/section-draft';
import { moment } from '../../data/time';
import { note as text } from '../../text/note';
import styles from './SaveMark.module.css';

export function SaveMark({ drafts }: { drafts: NoteDrafts }) {
  const { kind, savedAt } = useSyncExternalStore(drafts.subscribe, drafts.snapshot);
  const words: Record<SaveState['kind'], string> = {
    saved: savedAt === null ? text.nothingYet : text.saved(moment(savedAt)),
    waiting: text.waiting,
    saving: text.saving,
    failed: text.failed,
    conflict: text.conflict,
  };
  const bad = kind === 'failed' || kind === 'conflict';
  return (
    <span
      className={bad ? `${styles.mark} ${styles.bad}` : styles.mark}
      data-testid="note-saved"
      data-state={kind}
      // Every keystroke would be read aloud otherwise; only trouble is announced.
      role={bad ? 'alert' : undefined}
    >
      {bad && <span aria-hidden>▲ </span>}
      {words[kind]}
    </span>
  );
}
