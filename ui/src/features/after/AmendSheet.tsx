// An addendum or a correction while it is written: saved like the note, signed like the note.
import { useEffect, useState } from 'react';
import { Button } from '../../components/Button';
import { Disclosure } from '../../components/Disclosure';
import { Kbd } from '../../components/Kbd';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useToast } from '../../components/toast';
import { focusId, focusSoon, placesOf } from '../../data/focus';
import { useAction, useClient, useView } from '../../data/hooks';
import { signKeys, withMod } from '../../data/keys';
import type { AmendedSection } from '../../generated/AmendedSection';
import type { AmendmentView } from '../../generated/AmendmentView';
import type { Blocker } from '../../generated/Blocker';
import type { NoteSection } from '../../generated/NoteSection';
import { amend as text } from '../../text/after';
import { plan, sign as signText } from '../../text/plan';
import { DocumentBody } from '../chart/DocumentPane';
import { NoteSectionField } from '../note/NoteSectionField';
import { SaveMark } from '../note/SaveMark';
import { PlanItems } from '../plan/PlanItems';
import { useVisit } from '../visits/visit-context';
import styles from './AmendSheet.module.css';

interface Props {
  /** The draft. */
  id: string;
  onVersions: (section: NoteSection) => void;
  onClose: () => void;
}

export function AmendSheet({ id, onVersions, onClose }: Props) {
  const { visit, view, delivery } = useVisit();
  const client = useClient();
  const say = useToast();
  const live = useView('amendment_get', { visit, id }, ['note', 'visit', 'delivery']);
  const phrases = useView('phrases_get', { visit }, ['phrases', 'visit']);
  const { data } = live;
  const drafts = client.notesOf(visit);
  const [words, setWords] = useState<string>();
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    if (data) drafts.adopt({ sections: data.sections.map((one) => one.section) });
  }, [data, drafts]);
  useEffect(() => () => void drafts.flush(), [drafts]);
  // What is to be read comes first.
  const first = data?.document ? 'cosign-note' : `note-${data?.sections[0]?.section.section ?? ''}`;
  useEffect(() => focusSoon(first), [first]);

  const sign = useAction(async () => {
    setWords(undefined);
    if (!data) return;
    const writing = client.notesOf(visit);
    if (!(await writing.flush())) return setWords(text.notSaved);
    writing.locked = true;
    try {
      const now = await client.host.call('amendment_get', { visit, id });
      live.put(now);
      // The text is the clinician's own; what becomes of it must be what they saw.
      if (JSON.stringify(now.plan.items) !== JSON.stringify(data.plan.items))
        return setWords(text.changedMeanwhile);
      const [blocker] = now.plan.blockers;
      if (blocker) return setWords(blocker.what);
      const { plan_hash } = now.plan;
      const result = await client.host.call('amendment_sign', { visit, id, plan_hash });
      delivery.put(result.delivery);
      client.renew('note');
      say(text.signed[data.kind]);
      onClose();
    } finally {
      writing.locked = false;
    }
  });
  const drop = useAction(async () => {
    await drafts.flush();
    await client.host.call('amendment_drop', { visit, id });
    client.renew('note');
    say(text.dropped);
    onClose();
  });
  const mismatch = view.identity.state === 'mismatch';
  const busy = sign.pending || drop.pending;
  const go = (blocker: Blocker) => {
    if (blocker.kind === 'note') return focusId(...placesOf(blocker));
    onClose();
    focusSoon(...placesOf(blocker));
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={data ? text.title[data.kind] : ''}
      subtitle={`${view.banner.name}${data ? ` · ${data.about}` : ''}`}
      closeLabel={text.close}
      testId="amend"
      footer={
        data && (
          <>
            <span className={styles.foot} role="status" data-testid="amend-why">
              {words !== undefined ? `▲ ${words}` : <SaveMark drafts={drafts} />}
            </span>
            <Button
              kind="primary"
              isDisabled={busy || mismatch || !view.can_sign}
              onPress={() => void sign.run()}
              data-testid="amend-sign"
            >
              {sign.pending ? signText.signing : text.sign[data.kind](view.banner.name)}{' '}
              <Kbd>{signKeys}</Kbd>
            </Button>
          </>
        )
      }
    >
      <div
        className={styles.body}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !withMod(event.nativeEvent) || busy) return;
          event.preventDefault();
          event.stopPropagation();
          void sign.run();
        }}
      >
        {live.error && (
          <Problem error={live.error} title={text.loadFailed} onRetry={live.refetch} />
        )}
        {sign.error && (
          <Problem error={sign.error} onDismiss={sign.clear} data-testid="amend-failed" />
        )}
        {drop.error && <Problem error={drop.error} onDismiss={drop.clear} />}
        {!data && !live.error && <p role="status">{text.loading}</p>}
        {data && (
          <>
            <p className={styles.intro}>{text.intro[data.kind]}</p>
            {data.document !== null && (
              <section
                id="cosign-note"
                className={styles.document}
                tabIndex={0}
                aria-label={text.theNote}
                data-testid="cosign-note"
              >
                <DocumentBody id={data.document} />
              </section>
            )}
            {data.sections.map((one) => (
              <div key={one.section.section} data-changed={one.changed}>
                <NoteSectionField
                  section={one.section}
                  draft={drafts.of(one.section)}
                  drafts={drafts}
                  targets={[]}
                  readOnly={busy || mismatch || !view.can_draft}
                  onVersions={onVersions}
                  phrases={phrases.data}
                />
                {one.changed && <AsSigned section={one} />}
              </div>
            ))}
            {data.plan.blockers.length > 0 && <Before view={data} onGo={go} />}
            <h3 className={styles.head}>{text.writes}</h3>
            <PlanItems items={data.plan.items} />
            <Disclosure label={text.preview} testId="amend-preview">
              <pre className={styles.preview}>{data.preview}</pre>
            </Disclosure>
            <div className={styles.drop}>
              {asking ? (
                <>
                  <span>{text.dropAsk}</span>
                  <Button small onPress={() => void drop.run()} data-testid="amend-drop-yes">
                    {text.dropYes}
                  </Button>
                  <Button small kind="quiet" onPress={() => setAsking(false)}>
                    {text.dropNo}
                  </Button>
                </>
              ) : (
                <Button small kind="quiet" onPress={() => setAsking(true)} data-testid="amend-drop">
                  {text.drop}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </Sheet>
  );
}

function AsSigned({ section }: { section: AmendedSection }) {
  return (
    <div className={styles.changed} data-testid="amend-changed">
      <Disclosure
        label={
          <>
            <strong>{text.changedMark}</strong> · {text.asSigned}
          </>
        }
        name={`${section.section.title}: ${text.changedMark}. ${text.asSigned}`}
      >
        <p className={styles.was}>{section.signed_text || text.wasEmpty}</p>
      </Disclosure>
    </div>
  );
}

function Before({ view, onGo }: { view: AmendmentView; onGo: (blocker: Blocker) => void }) {
  const { blockers } = view.plan;
  return (
    <section className={styles.before} data-testid="amend-blockers">
      <h3>{plan.blockersTitle(blockers.length)}</h3>
      <ul>
        {blockers.map((one) => (
          <li key={one.what}>
            <span>{one.what}</span>
            {one.kind !== 'rights' && (
              <Button
                small
                kind="quiet"
                aria-label={`${text.go}: ${one.what}`}
                onPress={() => onGo(one)}
              >
                {text.go}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
