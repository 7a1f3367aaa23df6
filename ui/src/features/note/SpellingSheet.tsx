// Whether unknown words are marked, and the clinician's own words: add, take away and put back.
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useAction, useClient, useView } from '../../data/hooks';
import type { PreferencesPort } from '../../data/preferences';
import { spelling as text } from '../../text/spelling';
import styles from './PhrasesSheet.module.css';

interface Props {
  preferences: PreferencesPort;
  onClose: () => void;
}

export function SpellingSheet({ preferences, onClose }: Props) {
  const { host } = useClient();
  const list = useView('spelling_words', {}, ['spelling']);
  const [word, setWord] = useState('');
  const [removed, setRemoved] = useState<string>();
  const add = useAction(async (one: string) =>
    list.put(await host.call('spelling_add', { word: one })),
  );
  const remove = useAction(async (one: string) =>
    list.put(await host.call('spelling_remove', { word: one })),
  );
  const own = list.data?.words ?? [];

  const save = (event: SubmitEvent) => {
    event.preventDefault();
    void add.run(word).then((saved) => {
      if (saved) setWord('');
    });
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      subtitle={text.subtitle}
      closeLabel={text.close}
      testId="spelling"
    >
      <div className={styles.body}>
        <label className={styles.switch}>
          <input
            type="checkbox"
            checked={preferences.spelling}
            onChange={(event) => preferences.change({ spelling: event.target.checked })}
            data-testid="spelling-on"
          />
          {text.on}
        </label>
        {list.error && <Problem error={list.error} title={text.failed} onRetry={list.refetch} />}
        {add.error && <Problem error={add.error} onDismiss={add.clear} />}
        {remove.error && <Problem error={remove.error} onDismiss={remove.clear} />}
        <form className={styles.form} onSubmit={save}>
          <label>
            <span>{text.word}</span>
            <input
              value={word}
              autoComplete="off"
              spellCheck={false}
              maxLength={60}
              onChange={(event) => setWord(event.target.value)}
              data-testid="spelling-word"
            />
          </label>
          <p className={styles.buttons}>
            <Button
              type="submit"
              kind="primary"
              isDisabled={add.pending || word.trim() === ''}
              data-testid="spelling-add"
            >
              {text.addWord}
            </Button>
          </p>
        </form>
        {removed !== undefined && (
          <p className={styles.removed} role="status" data-testid="spelling-removed">
            {text.removed(removed)}
            <Button
              small
              onPress={() => void add.run(removed).then((saved) => saved && setRemoved(undefined))}
              data-testid="spelling-put-back"
            >
              {text.putBack}
            </Button>
          </p>
        )}
        <h3>{text.own}</h3>
        {list.data && own.length === 0 && <p className={styles.quiet}>{text.noneOwn}</p>}
        <ul>
          {own.map((one) => (
            <li key={one} className={styles.row} data-testid="spelling-row">
              <span className={styles.words}>{one}</span>
              <Button
                small
                kind="quiet"
                aria-label={text.removeLabel(one)}
                onPress={() => void remove.run(one).then((done) => done && setRemoved(one))}
              >
                {text.remove}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  );
}
