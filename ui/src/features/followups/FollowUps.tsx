// What is to be done after the visit, by whom, until when.
import { memo, useState, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Segmented } from '../../components/Segmented';
import { focusId } from '../../data/focus';
import { useAction, useClient, useView } from '../../data/hooks';
import { isDate } from '../../data/time';
import type { FollowUpsView } from '../../generated/FollowUpsView';
import type { Priority } from '../../generated/Priority';
import { followUps as text, priorities } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import { DayField } from './DayField';
import styles from './FollowUps.module.css';
import { NextVisit } from './NextVisit';

export const FollowUps = memo(function FollowUps() {
  const { visit, mayWrite, locked } = useVisit();
  const { host } = useClient();
  const list = useView('follow_ups_get', { visit }, ['follow_ups']);
  const change = useAction(async (ask: () => Promise<FollowUpsView>) => list.put(await ask()));
  const { data } = list;

  return (
    <section
      id="part-follow_ups"
      tabIndex={-1}
      className={styles.part}
      aria-label={text.title}
      inert={locked}
    >
      <h3 className={styles.title}>{text.title}</h3>
      {list.error && <Problem error={list.error} title={text.loadFailed} onRetry={list.refetch} />}
      {change.error && <Problem error={change.error} onDismiss={change.clear} />}
      {data?.items.length === 0 && <p className={styles.quiet}>{text.none}</p>}
      <ul>
        {data?.items.map((item) => (
          <li key={item.id} className={styles.item} data-testid="followup">
            <span className={styles.words}>
              {item.text}
              <span className={styles.detail}>
                {item.owner} · {item.due ?? text.noDue}
                {item.priority === 'urgent' && <b> · ▲ {priorities.urgent}</b>}
              </span>
            </span>
            {mayWrite && (
              <Button
                kind="quiet"
                small
                aria-label={text.removeLabel(item.text)}
                onPress={() =>
                  void change.run(() => host.call('follow_up_remove', { visit, id: item.id }))
                }
                data-testid="followup-remove"
              >
                {text.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {data && mayWrite && data.usual.length > 0 && (
        <p className={styles.usual}>
          {text.usual}
          {data.usual.map((one) => (
            <Button
              key={one.text}
              small
              isDisabled={change.pending}
              aria-label={text.usualAdd(one.text, one.due)}
              onPress={() => {
                const owner = data.owners[0]?.reference;
                if (owner === undefined) return;
                void change.run(() => host.call('follow_up_add', { visit, owner, ...one }));
              }}
              data-testid="followup-usual"
            >
              + {one.text}
            </Button>
          ))}
        </p>
      )}
      {data && mayWrite && (
        <AddForm
          owners={data.owners}
          isBusy={change.pending}
          onAdd={(what) => change.run(() => host.call('follow_up_add', { visit, ...what }))}
        />
      )}
      <NextVisit />
    </section>
  );
});

interface AddProps {
  owners: FollowUpsView['owners'];
  isBusy: boolean;
  onAdd: (what: {
    text: string;
    owner: string;
    due: string | null;
    priority: Priority;
  }) => Promise<boolean>;
}

function AddForm({ owners, isBusy, onAdd }: AddProps) {
  const [words, setWords] = useState('');
  const [owner, setOwner] = useState('');
  const [due, setDue] = useState('');
  const [priority, setPriority] = useState<Priority>('routine');
  const dueWrong = due !== '' && !isDate(due);
  const chosenOwner = owner || (owners[0]?.reference ?? '');
  const ready = words.trim() !== '' && chosenOwner !== '' && !dueWrong;

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!ready || isBusy) return;
    const what = { text: words.trim(), owner: chosenOwner, due: due || null, priority };
    setWords('');
    setDue('');
    setPriority('routine');
    // The next one, if there is one, is typed at once.
    focusId('followup-text');
    void onAdd(what).then((added) => {
      if (added) return;
      // Not added: what was typed comes back, unless something else was typed meanwhile.
      setWords((now) => now || what.text);
      setDue((now) => now || due);
      setPriority(priority);
    });
  };

  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <label className={styles.text}>
        <span>{text.text}</span>
        <input
          id="followup-text"
          value={words}
          placeholder={text.textPlaceholder}
          autoComplete="off"
          onChange={(event) => setWords(event.target.value)}
          data-testid="followup-text"
        />
      </label>
      <DayField
        label={text.due}
        value={due}
        isWrong={dueWrong}
        onType={setDue}
        onQuick={setDue}
        quickLabel={text.quickLabel}
        testId="followup-due"
        quickTestId="followup-due"
      />
      <label className={styles.owner}>
        <span>{text.owner}</span>
        <select
          value={chosenOwner}
          onChange={(event) => setOwner(event.target.value)}
          data-testid="followup-owner"
        >
          {owners.map((one) => (
            <option key={one.reference} value={one.reference}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Segmented
        label={text.priority}
        options={(['routine', 'urgent'] as const).map((value) => ({
          value,
          label: priorities[value],
        }))}
        value={priority}
        onChange={setPriority}
        testId="followup-priority"
      />
      <Button type="submit" isDisabled={!ready || isBusy} data-testid="followup-add">
        {text.add}
      </Button>
      {dueWrong && (
        <p className={styles.invalid} role="alert">
          ▲ {text.dueInvalid}
        </p>
      )}
    </form>
  );
}
