// Sections of the clinician's last note about this patient, to go on from. What is taken is marked until it is changed.
import { useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useToast } from '../../components/toast';
import { useAction, useClient } from '../../data/hooks';
import type { LastNote } from '../../generated/LastNote';
import { carry as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './CarrySheet.module.css';

interface Props {
  last: LastNote;
  onClose: () => void;
}

export function CarrySheet({ last, onClose }: Props) {
  const { visit } = useVisit();
  const client = useClient();
  const say = useToast();
  const [chosen, setChosen] = useState<number[]>([]);
  const take = useAction(async () => {
    const drafts = client.notesOf(visit);
    if (drafts.locked) return;
    const indices = last.sections.map((one) => one.index).filter((one) => chosen.includes(one));
    const carried = await client.host.call('note_carry', { visit, note: last.id, indices });
    for (const part of carried.parts) {
      const draft = drafts.byName(part.section);
      if (!draft) continue;
      const before = draft.snapshot().text.trimEnd();
      draft.edit(before === '' ? part.text : `${before}\n${part.text}`);
    }
    await drafts.flush();
    // Saved after the mark was made: the marks are looked at again.
    client.renew('note');
    say(text.taken(carried.parts.length, carried.date));
    onClose();
  });

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title(last.date)}
      subtitle={`${last.title} · ${text.subtitle}`}
      closeLabel={text.close}
      testId="carry"
      footer={
        <Button
          kind="primary"
          isDisabled={chosen.length === 0 || take.pending}
          onPress={() => void take.run()}
          data-testid="carry-take"
        >
          {text.take(chosen.length)}
        </Button>
      }
    >
      <div className={styles.body}>
        {take.error && <Problem error={take.error} onDismiss={take.clear} />}
        {last.sections.length === 0 && <p>{text.nothing}</p>}
        <ul>
          {last.sections.map((one) => (
            <li key={one.index} className={styles.row}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.includes(one.index)}
                  disabled={one.there}
                  onChange={(event) =>
                    setChosen((before) =>
                      event.target.checked
                        ? [...before, one.index]
                        : before.filter((index) => index !== one.index),
                    )
                  }
                  data-testid={`carry-${one.section}`}
                />
                <strong>{one.title}</strong>
                {one.there && <span className={styles.there}>{text.there}</span>}
              </label>
              <p className={styles.text}>{one.text}</p>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  );
}
