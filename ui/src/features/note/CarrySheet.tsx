// The last note about this patient, to go on from, the EHR's too. What is taken is marked until it is changed.
import { useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useToast } from '../../components/toast';
import { useAction, useClient, useView } from '../../data/hooks';
import type { CarryPlace } from '../../generated/CarryPlace';
import type { LastNote } from '../../generated/LastNote';
import type { LastSection } from '../../generated/LastSection';
import { carry as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './CarrySheet.module.css';

interface Props {
  /** The note that was offered. */
  last: LastNote;
  onClose: () => void;
}

export function CarrySheet({ last: offered, onClose }: Props) {
  const { visit } = useVisit();
  const [last, setLast] = useState(offered);
  const notes = useView('note_last', { visit }, []).data?.notes ?? [offered];
  const client = useClient();
  const say = useToast();
  const read = useView('note_last_read', { visit, note: last.id }, []);
  /** Where each chosen section goes. */
  const [chosen, setChosen] = useState<ReadonlyMap<number, string>>(new Map());
  const take = useAction(async () => {
    const drafts = client.notesOf(visit);
    if (drafts.locked) return;
    const parts = [...chosen].map(([index, section]) => ({ index, section }));
    const carried = await client.host.call('note_carry', { visit, note: last.id, take: parts });
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
  const choose = (index: number, section: string) =>
    setChosen((before) => {
      const now = new Map(before);
      if (section === '') now.delete(index);
      else now.set(index, section);
      return now;
    });

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title(last)}
      subtitle={text.subtitle(last)}
      closeLabel={text.close}
      testId="carry"
      footer={
        <Button
          kind="primary"
          isDisabled={chosen.size === 0 || take.pending}
          onPress={() => void take.run()}
          data-testid="carry-take"
        >
          {text.take(chosen.size)}
        </Button>
      }
    >
      <div className={styles.body}>
        {notes.length > 1 && (
          <select
            className={styles.notes}
            value={last.id}
            aria-label={text.which}
            onChange={(event) => {
              setLast(notes.find((one) => one.id === event.target.value) ?? offered);
              setChosen(new Map());
            }}
            data-testid="carry-note"
          >
            {notes.map((one) => (
              <option key={one.id} value={one.id}>
                {text.note(one)}
              </option>
            ))}
          </select>
        )}
        {take.error && <Problem error={take.error} onDismiss={take.clear} />}
        {read.error && (
          <Problem
            error={read.error}
            title={text.loadFailed}
            onRetry={read.refetch}
            data-testid="carry-failed"
          />
        )}
        {!read.data && !read.error && <p role="status">{text.loading}</p>}
        {read.data?.sections.length === 0 && <p>{text.nothing}</p>}
        <ul>
          {read.data?.sections.map((one) => (
            <li key={one.index} className={styles.row}>
              <Row
                section={one}
                places={read.data?.places ?? []}
                into={chosen.get(one.index) ?? ''}
                onChoose={(section) => choose(one.index, section)}
              />
              <p className={styles.text}>{one.text}</p>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  );
}

interface RowProps {
  section: LastSection;
  places: CarryPlace[];
  into: string;
  onChoose: (section: string) => void;
}

function Row({ section: one, places, into, onChoose }: RowProps) {
  const { section } = one;
  if (section === null)
    return (
      <label>
        <strong>{one.title}</strong>
        <select
          value={into}
          aria-label={text.placeOf(one.title)}
          onChange={(event) => onChoose(event.target.value)}
          data-testid={`carry-place-${one.index}`}
        >
          <option value="">{text.noPlace}</option>
          {places.map((place) => (
            <option key={place.section} value={place.section}>
              {text.place(place.title)}
            </option>
          ))}
        </select>
      </label>
    );
  return (
    <label>
      <input
        type="checkbox"
        checked={into !== ''}
        disabled={one.there}
        onChange={(event) => onChoose(event.target.checked ? section : '')}
        data-testid={`carry-${section}`}
      />
      <strong>{one.title}</strong>
      {one.there && <span className={styles.there}>{text.there}</span>}
    </label>
  );
}
