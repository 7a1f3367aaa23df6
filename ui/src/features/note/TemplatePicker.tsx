// The template of the note: which one, why, and another one. Switching loses no text.
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { NoteDrafts } from '../../data/note-drafts';
import type { NoteView } from '../../generated/NoteView';
import { template as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './TemplatePicker.module.css';

interface Props {
  note: NoteView;
  drafts: NoteDrafts;
  onSwitched: (note: NoteView) => void;
}

export function TemplatePicker({ note, drafts, onSwitched }: Props) {
  const { visit, mayWrite, locked } = useVisit();
  const { host } = useClient();
  const say = useToast();

  const choose = async (template: string) => {
    // What is typed belongs to its section before the sections change.
    if (!(await drafts.flush())) {
      say(text.saveFirst);
      return;
    }
    try {
      const switched = await host.call('note_template', { visit, template });
      onSwitched(switched);
      const name = switched.templates.find((one) => one.template === switched.template)?.name;
      say(text.switched(name ?? switched.title));
    } catch (thrown) {
      say(toCommandError(thrown).message);
    }
  };

  return (
    <label className={styles.picker}>
      <span>{text.label}</span>
      <select
        value={note.template}
        disabled={!mayWrite || locked}
        title={note.template_words}
        onChange={(event) => void choose(event.target.value)}
        data-testid="note-template"
      >
        {note.templates.map((one) => (
          <option key={one.template} value={one.template}>
            {one.name}
            {one.fits ? ` · ${text.fits}` : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Says what needs to be known about the template, and nothing when all is as it should be. */
export function TemplateWords({ note, mapped }: { note: NoteView; mapped: boolean }) {
  return (
    <>
      {!mapped && (
        <p className={styles.words} data-testid="note-template-words">
          {note.template_words}
        </p>
      )}
      {note.template_problems.length > 0 && (
        <details className={styles.problems} data-testid="note-template-problems">
          <summary>▲ {text.problems(note.template_problems.length)}</summary>
          <ul>
            {note.template_problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
