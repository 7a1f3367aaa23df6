// The clinician's phrases: add, change, take away and put back; those of the site and the template to copy from.
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useAction, useClient, useView } from '../../data/hooks';
import type { PhrasesView } from '../../generated/PhrasesView';
import type { PhraseView } from '../../generated/PhraseView';
import { phrases as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import styles from './PhrasesSheet.module.css';

interface Draft {
  was: string | null;
  name: string;
  text: string;
}

const fresh: Draft = { was: null, name: '', text: '' };

export function PhrasesSheet({ onClose }: { onClose: () => void }) {
  const { visit, view } = useVisit();
  const { host } = useClient();
  const list = useView('phrases_get', { visit }, ['phrases']);
  const [draft, setDraft] = useState<Draft>(fresh);
  const [removed, setRemoved] = useState<PhraseView>();
  const change = useAction(async (ask: () => Promise<PhrasesView>) => list.put(await ask()));
  const all = list.data?.phrases ?? [];
  const own = all.filter((one) => one.owner === 'clinician');
  const others = all.filter((one) => one.owner !== 'clinician');

  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const { was, name, text: words } = draft;
    void change
      .run(() => host.call('phrase_save', { visit, name, text: words, was }))
      .then((saved) => {
        if (saved) setDraft(fresh);
      });
  };
  const remove = (phrase: PhraseView) => {
    void change
      .run(() => host.call('phrase_remove', { visit, name: phrase.name }))
      .then((done) => {
        if (done) setRemoved(phrase);
      });
  };
  const putBack = ({ name, text: words }: PhraseView) => {
    void change
      .run(() => host.call('phrase_save', { visit, name, text: words, was: null }))
      .then((saved) => {
        if (saved) setRemoved(undefined);
      });
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      subtitle={text.subtitle}
      closeLabel={text.close}
      testId="phrases"
    >
      <div className={styles.body}>
        {list.error && <Problem error={list.error} title={text.failed} onRetry={list.refetch} />}
        {change.error && <Problem error={change.error} onDismiss={change.clear} />}
        {view.can_draft && (
          <form className={styles.form} onSubmit={save}>
            <label>
              <span>{text.name}</span>
              <input
                value={draft.name}
                placeholder={text.namePlaceholder}
                autoComplete="off"
                spellCheck={false}
                maxLength={31}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
                data-testid="phrase-name"
              />
            </label>
            <label>
              <span>{text.text}</span>
              <textarea
                value={draft.text}
                placeholder={text.textPlaceholder}
                rows={4}
                spellCheck
                onChange={(event) => setDraft({ ...draft, text: event.target.value })}
                data-testid="phrase-text"
              />
            </label>
            <p className={styles.buttons}>
              <Button
                type="submit"
                kind="primary"
                isDisabled={change.pending || draft.name.trim() === '' || draft.text.trim() === ''}
                data-testid="phrase-save"
              >
                {draft.was === null ? text.add : text.save}
              </Button>
              {draft.was !== null && (
                <Button onPress={() => setDraft(fresh)} data-testid="phrase-cancel">
                  {text.cancel}
                </Button>
              )}
            </p>
          </form>
        )}
        {removed && (
          <p className={styles.removed} role="status" data-testid="phrase-removed">
            {text.removed(removed.name)}
            <Button small onPress={() => putBack(removed)} data-testid="phrase-put-back">
              {text.putBack}
            </Button>
          </p>
        )}
        <h3>{text.own}</h3>
        {list.data && own.length === 0 && <p className={styles.quiet}>{text.noneOwn}</p>}
        <ul>
          {own.map((one) => (
            <Row key={one.name} phrase={one}>
              <Button
                small
                kind="quiet"
                aria-label={text.changeLabel(one.name)}
                onPress={() => setDraft({ was: one.name, name: one.name, text: one.text })}
                data-testid="phrase-change"
              >
                {text.change}
              </Button>
              <Button
                small
                kind="quiet"
                aria-label={text.removeLabel(one.name)}
                onPress={() => remove(one)}
                data-testid="phrase-remove"
              >
                {text.remove}
              </Button>
            </Row>
          ))}
        </ul>
        {others.length > 0 && <h3>{text.others}</h3>}
        <ul>
          {others.map((one) => (
            <Row key={one.name} phrase={one}>
              <Button
                small
                kind="quiet"
                aria-label={text.copyLabel(one.name)}
                onPress={() => setDraft({ was: null, name: one.name, text: one.text })}
                data-testid="phrase-copy"
              >
                {text.copy}
              </Button>
            </Row>
          ))}
        </ul>
        {list.data && (
          <details className={styles.values}>
            <summary>{text.values}</summary>
            <dl>
              {list.data.values.map((one) => (
                <div key={one.name}>
                  <dt>{`{{${one.name}}}`}</dt>
                  <dd>{one.words}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
        {list.data?.problems.map((problem) => (
          <p key={problem} className={styles.problem}>
            ▲ {text.problem(problem)}
          </p>
        ))}
      </div>
    </Sheet>
  );
}

function Row({ phrase, children }: { phrase: PhraseView; children: React.ReactNode }) {
  return (
    <li className={styles.row} data-testid="phrase-row">
      <span className={styles.name}>.{phrase.name}</span>
      <span className={styles.words}>{phrase.text}</span>
      {children}
    </li>
  );
}
