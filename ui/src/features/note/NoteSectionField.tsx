// One section of the note: a native textarea that is saved by itself.
import { useState, useSyncExternalStore } from 'react';
import { AutoTextarea } from '../../components/AutoTextarea';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import type { NoteDrafts } from '../../data/note-drafts';
import type { SectionDraft } from '../../data/section-draft';
import type { PhrasesView } from '../../generated/PhrasesView';
import type { NoteSection } from '../../generated/NoteSection';
import { note as text, phrases as phrasesText, versions } from '../../text/note';
import { spelling as spellingText } from '../../text/spelling';
import { useVisit } from '../visits/visit-context';
import { Copied } from './Copied';
import { KeptFrom } from './KeptFrom';
import { useUndo } from './use-undo';
import { CaretList, optionId } from './CaretList';
import { SpellingMarks } from './SpellingMarks';
import { usePhrases } from './use-phrases';
import { useSpelling } from './use-spelling';
import styles from './NoteSectionField.module.css';

interface Props {
  section: NoteSection;
  draft: SectionDraft;
  drafts: NoteDrafts;
  /** Sections of the template, for text that another one left behind. */
  targets: NoteSection[];
  readOnly: boolean;
  onVersions: (section: NoteSection) => void;
  phrases: PhrasesView | undefined;
}

export function NoteSectionField(props: Props) {
  const { visit } = useVisit();
  const { section, draft, drafts, targets, readOnly, onVersions } = props;
  const phrases = usePhrases(visit, section.section, draft, props.phrases);
  const onUndoKey = useUndo(visit, section.section, draft);
  const view = useSyncExternalStore(drafts.subscribe, draft.snapshot);
  const spelling = useSpelling(section.section, draft, drafts, view.text, readOnly);
  const [focused, setFocused] = useState(false);
  const id = `note-${section.section}`;
  const list = spelling.open ?? phrases.open;
  const kind = spelling.open ? 'spelling' : 'phrase';
  const listId = `${kind}-list-${section.section}`;
  const { state } = view;
  // Emptied or moved: it goes, but not from under the caret.
  const over = section.kept_from !== null && view.text.trim() === '' && state.kind === 'saved';
  if (over && !focused) return null;
  return (
    <div className={styles.field} data-state={state.kind}>
      <div className={styles.label}>
        <label htmlFor={id}>{section.title}</label>
        {section.required && view.text.trim() === '' && !readOnly && (
          <span className={styles.required}>{text.required}</span>
        )}
        {section.kept_from !== null && (
          <KeptFrom {...{ section, draft, drafts, targets, readOnly }} />
        )}
        {spelling.marks.length > 0 && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.spelling}
            title={spellingText.hint}
            onClick={spelling.openFirst}
            data-testid={`${id}-spelling`}
          >
            {spellingText.count(spelling.marks.length)}
          </button>
        )}
        {view.savedAt !== null && section.kept_from === null && (
          // Not on the way from one section to the next: the palette has it too.
          <button
            type="button"
            tabIndex={-1}
            className={styles.versions}
            aria-label={versions.openOf(section.title)}
            onClick={() => onVersions(section)}
            data-testid={`${id}-versions`}
          >
            {versions.open}
          </button>
        )}
      </div>
      <div className={styles.writing}>
        <SpellingMarks marks={spelling.marks} />
        <AutoTextarea
          id={id}
          className={styles.text}
          value={view.text}
          placeholder={readOnly ? text.emptySection : section.prompt}
          aria-required={section.required}
          aria-invalid={state.kind === 'failed' || state.kind === 'conflict' || undefined}
          readOnly={readOnly}
          // The window's own: the system's does not know clinical words and keeps what is added in plain files.
          spellCheck={false}
          onChange={(event) => {
            if (drafts.locked) return;
            draft.edit(event.target.value);
            spelling.onEdit(event.target);
            phrases.look(event.target);
          }}
          onSelect={(event) => {
            phrases.look(event.currentTarget);
            spelling.onCaret(event.currentTarget);
          }}
          onContextMenu={spelling.onContextMenu}
          aria-autocomplete={readOnly ? undefined : 'list'}
          aria-controls={list ? listId : undefined}
          aria-activedescendant={
            list && list.active >= 0 ? optionId(listId, list.active) : undefined
          }
          onKeyDown={(event) => {
            if (readOnly || (!spelling.onKeyDown(event) && !phrases.onKeyDown(event)))
              onUndoKey(event);
          }}
          onFocus={() => {
            setFocused(true);
            drafts.touch(section.section);
            draft.focus();
          }}
          onBlur={() => {
            setFocused(false);
            phrases.onBlur();
            spelling.onBlur();
            draft.blur();
          }}
          data-testid={id}
        />
        {list && !readOnly && (
          <CaretList
            id={listId}
            kind={kind}
            label={spelling.open ? spellingText.list : phrasesText.list}
            open={list}
          />
        )}
      </div>
      <Copied id={id} copied={section.copied} />
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
