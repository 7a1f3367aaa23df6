// The chosen diagnoses in their order, each with what the official list asks for with it.
import { Button } from '../../components/Button';
import { Disclosure } from '../../components/Disclosure';
import type { DiagnosisNote } from '../../generated/DiagnosisNote';
import type { DiagnosisView } from '../../generated/DiagnosisView';
import { codes as text } from '../../text/note';
import styles from './Diagnoses.module.css';

interface Props {
  diagnoses: DiagnosisView[];
  readOnly: boolean;
  onMove: (code: string, index: number) => void;
  onRemove: (code: string) => void;
  /** Puts a code of a note into the search. */
  onSearch: (code: string) => void;
}

export function Diagnoses({ diagnoses, readOnly, onMove, onRemove, onSearch }: Props) {
  if (diagnoses.length === 0) return <p className={styles.quiet}>{text.noDiagnoses}</p>;
  return (
    <ol data-testid="diagnoses">
      {diagnoses.map(({ code, title, primary, on_problem_list, notes }, index) => (
        <li key={code} className={styles.row}>
          <div className={styles.diagnosis} data-testid={`dx-${code}`}>
            <span className={styles.order}>{index + 1}</span>
            <span className={styles.code}>{code}</span>
            <span className={styles.words}>
              {title} {on_problem_list && <span className={styles.source}>{text.onList}</span>}
            </span>
            {primary && <span className={styles.tag}>{text.primary}</span>}
            {!readOnly && (
              <span className={styles.tools}>
                {index > 0 && (
                  <Button
                    kind="quiet"
                    small
                    aria-label={text.upLabel(code)}
                    onPress={() => onMove(code, index - 1)}
                    data-testid={`dx-up-${code}`}
                  >
                    {text.up}
                  </Button>
                )}
                {index < diagnoses.length - 1 && (
                  <Button
                    kind="quiet"
                    small
                    aria-label={text.downLabel(code)}
                    onPress={() => onMove(code, index + 1)}
                    data-testid={`dx-down-${code}`}
                  >
                    {text.down}
                  </Button>
                )}
                <Button
                  kind="quiet"
                  small
                  aria-label={text.removeLabel(code)}
                  onPress={() => onRemove(code)}
                  data-testid={`dx-remove-${code}`}
                >
                  {text.remove}
                </Button>
              </span>
            )}
          </div>
          {notes
            .filter((note) => note.state === 'wrong')
            .map((note) => (
              <div
                key={note.words + note.source}
                className={styles.wrong}
                data-testid={`dx-wrong-${code}`}
              >
                <span>
                  ▲ {note.words}: {note.says}
                </span>
                {note.belongs_at !== null && !readOnly && (
                  <Button
                    kind="quiet"
                    small
                    aria-label={text.putRightLabel(code)}
                    onPress={() => onMove(code, note.belongs_at ?? index)}
                    data-testid={`dx-order-${code}`}
                  >
                    {text.putRight}
                  </Button>
                )}
              </div>
            ))}
          {notes.length > 0 && (
            <div className={styles.notes}>
              <Disclosure
                label={text.officialNotes(summary(notes))}
                name={text.officialNotesLabel(summary(notes), code)}
                testId={`dx-notes-${code}`}
              >
                {notes.map((note) => (
                  <Note
                    key={note.words + note.source}
                    note={note}
                    readOnly={readOnly}
                    onSearch={onSearch}
                  />
                ))}
              </Disclosure>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

/** "code first · use additional code" */
function summary(notes: DiagnosisNote[]): string {
  return [...new Set(notes.map((note) => note.words.toLowerCase()))].join(' · ');
}

interface NoteProps {
  note: DiagnosisNote;
  readOnly: boolean;
  onSearch: (code: string) => void;
}

function Note({ note, readOnly, onSearch }: NoteProps) {
  const { words, lines, says, source, state } = note;
  return (
    <div className={styles.note}>
      <h5>
        {words}
        {says !== null && state === 'met' && ` ✓ ${says}`}
      </h5>
      <ul>
        {lines.map((line) => (
          <li key={line.text}>
            {line.text}
            {!readOnly &&
              line.codes.map((code) => (
                <button
                  key={code}
                  type="button"
                  className={styles.found}
                  aria-label={text.searchFor(code)}
                  onClick={() => onSearch(code)}
                >
                  {code}
                </button>
              ))}
          </li>
        ))}
      </ul>
      <p className={styles.source}>{source}</p>
    </div>
  );
}
