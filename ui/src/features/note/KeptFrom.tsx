// A section that the note's template does not have: its text is filed all the same, or moved, or emptied.
import type { NoteDrafts } from '../../data/note-drafts';
import type { SectionDraft } from '../../data/section-draft';
import { useToast } from '../../components/toast';
import type { NoteSection } from '../../generated/NoteSection';
import { template as text } from '../../text/note';
import styles from './NoteSectionField.module.css';

interface Props {
  section: NoteSection;
  draft: SectionDraft;
  drafts: NoteDrafts;
  /** Where its text can go. */
  targets: NoteSection[];
  readOnly: boolean;
}

export function KeptFrom({ section, draft, drafts, targets, readOnly }: Props) {
  const say = useToast();
  const move = (to: string) => {
    const target = targets.find((one) => one.section === to);
    if (!target || drafts.locked) return;
    const into = drafts.of(target);
    const before = into.snapshot().text.trimEnd();
    const moved = draft.snapshot().text.trim();
    into.edit(before === '' ? moved : `${before}\n${moved}`);
    draft.edit('');
    say(text.moved(section.title, target.title));
  };
  return (
    <>
      <span className={styles.kept} title={text.keptFromDetail}>
        {text.keptFrom(section.kept_from ?? '')}
      </span>
      {!readOnly && (
        <select
          className={styles.move}
          value=""
          aria-label={text.moveLabel(section.title)}
          onChange={(event) => move(event.target.value)}
          data-testid={`note-${section.section}-move`}
        >
          <option value="">{text.move}</option>
          {targets.map((one) => (
            <option key={one.section} value={one.section}>
              {one.title}
            </option>
          ))}
        </select>
      )}
    </>
  );
}
