// One section of the note: a native textarea that is saved by itself.
import { useSyncExternalStore } from 'react';
import { AutoTextarea } from '../../components/AutoTextarea';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import type { NoteDrafts } from '../../data/note-drafts';
import type { SectionDraft } from '../../data/section-draft';
import type { NoteSection } from '../../generated/NoteSection';
import { note as text } from '../../text/note';
import styles from './NoteSectionField.module.css';

interface Props {
  section: NoteSection;
  draft: SectionDraft;
  drafts: NoteDrafts;
  readOnly: boolean;
}

export function NoteSectionField({ section, draft, drafts, readOnly }: Props) {
  const view = useSyncExternalStore(drafts.subscribe, draft.snapshot);
  const id = `note-${section.section}`;
  const { state } = view;
  return (
    <div className={styles.field} data-state={state.kind}>
      <label htmlFor={id} className={styles.label}>
        {section.title}
        {section.required && view.text.trim() === '' && !readOnly && (
          <span className={styles.required}>{text.required}</span>
        )}
      </label>
      <AutoTextarea
        id={id}
        className={styles.text}
        value={view.text}
        placeholder={readOnly ? text.emptySection : section.prompt}
        aria-required={section.required}
        aria-invalid={state.kind === 'failed' || state.kind === 'conflict' || undefined}
        readOnly={readOnly}
        spellCheck
        onChange={(event) => {
          if (!drafts.locked) draft.edit(event.target.value);
        }}
        onFocus={() => {
          drafts.touch(section.section);
          draft.focus();
        }}
        onBlur={() => draft.blur()}
        data-testid={id}
      />
      {state.kind === 'failed' && (
        <Problem
          error={{
            ...state.error,
            message: `${state.error.message} ${text.kept}`,
            retryable: true,
          }}
          title={text.failed}
          onRetry={() => draft.retry()}
          data-testid={`${id}-failed`}
        />
      )}
      {state.kind === 'conflict' && (
        <Conflict
          id={id}
          mine={view.text}
          theirs={state.theirs}
          onChoose={(chosen) => draft.resolve(chosen)}
        />
      )}
    </div>
  );
}

interface ConflictProps {
  id: string;
  mine: string;
  theirs: string;
  onChoose: (text: string) => void;
}

/** Both texts side by side; nothing is lost until the clinician chooses. */
function Conflict({ id, mine, theirs, onChoose }: ConflictProps) {
  return (
    <div className={styles.conflict} role="alert" data-testid={`${id}-conflict`}>
      <p>
        <strong>▲ {text.conflictTitle}</strong>
      </p>
      <div className={styles.sides}>
        <div>
          <h3>{text.yours}</h3>
          <p className={styles.side}>{mine || text.empty}</p>
          <Button small onPress={() => onChoose(mine)} data-testid={`${id}-keep-mine`}>
            {text.keepYours}
          </Button>
        </div>
        <div>
          <h3>{text.theirs}</h3>
          <p className={styles.side}>{theirs || text.empty}</p>
          <Button small onPress={() => onChoose(theirs)} data-testid={`${id}-keep-theirs`}>
            {text.keepTheirs}
          </Button>
        </div>
      </div>
      <Button
        small
        kind="quiet"
        onPress={() => onChoose(`${mine}\n\n${theirs}`)}
        data-testid={`${id}-keep-both`}
      >
        {text.keepBoth}
      </Button>
    </div>
  );
}
