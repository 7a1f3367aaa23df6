// What became of each item after signing. "Filed" is only said for what was read back from the EHR.
import { useEffect, useState } from 'react';
import { Button } from '../../components/Button';
import { Disclosure } from '../../components/Disclosure';
import { Problem } from '../../components/Problem';
import { Sheet } from '../../components/Sheet';
import { useAction, useClient } from '../../data/hooks';
import { clock, isoDay, moment } from '../../data/time';
import type { DeliveryItem } from '../../generated/DeliveryItem';
import type { DeliveryView } from '../../generated/DeliveryView';
import type { DeliveryState } from '../../generated/DeliveryState';
import type { Receipt } from '../../generated/Receipt';
import { visitStatus } from '../../text/app';
import { delivery as text, deliveryStates, facts, itemKinds } from '../../text/plan';
import { FreeTimes } from '../followups/FreeTimes';
import { NotePreview } from '../plan/NotePreview';
import { PlanFacts } from '../plan/PlanFacts';
import { useVisit } from '../visits/visit-context';
import { Look } from './Look';
import { isAllSent, staysHere } from './stays';
import styles from './DeliverySheet.module.css';

const shapes: Record<DeliveryState, string> = {
  waiting: '○',
  waiting_on_parent: '○',
  sending: '◐',
  checking_outcome: '◐',
  reading_back: '◐',
  retrying: '↻',
  needs_sign_in: '▲',
  needs_you: '▲',
  filed: '✓',
  handed_over: '✓',
  left_as_is: '≠',
  superseded: '–',
};

export function DeliverySheet({ onClose }: { onClose: () => void }) {
  const { visit, view, app, signed, awaitsCosign, delivery } = useVisit();
  const { host } = useClient();
  const retry = useAction(async (id: string) =>
    delivery.put(await host.call('delivery_retry', { id })),
  );
  const { data, refetch } = delivery;
  useEffect(() => refetch(), [refetch]);
  const others = app.visits.filter((one) => one.visit !== visit && one.status !== 'open');
  const allSent = data !== undefined && isAllSent(data);
  const leave = useAction(async (id: string) =>
    delivery.put(await host.call('delivery_elsewhere', { id })),
  );
  const filed = data?.items.filter((item) => item.state === 'filed').length ?? 0;

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      subtitle={`${view.banner.name} · ${view.ehr_name}`}
      closeLabel={text.close}
      testId="delivery"
    >
      <div className={styles.body}>
        {delivery.error && (
          <Problem error={delivery.error} title={text.loadFailed} onRetry={delivery.refetch} />
        )}
        {retry.error && <Problem error={retry.error} onDismiss={retry.clear} />}
        {leave.error && <Problem error={leave.error} onDismiss={leave.clear} />}
        {!signed && data?.items.length === 0 && <p className={styles.quiet}>{text.none}</p>}
        {signed && staysHere(delivery) && (
          <p role="status" data-testid="delivery-stays">
            <strong>{text.stays}</strong> {text.staysDetail(view.ehr_name)}
          </p>
        )}
        {awaitsCosign && (
          <p data-testid="awaits-cosign">
            <strong>{text.awaitsCosign}</strong>
          </p>
        )}
        {data && data.items.length > 0 && (
          <p className={styles.sum} role="status">
            {data.all_filed ? (
              <span data-testid="all-filed">
                <strong>✓ {allSent ? text.allFiled : text.nothingWaits}.</strong>{' '}
                {(allSent ? text.allFiledDetail : text.nothingWaitsDetail)(view.ehr_name)}
              </span>
            ) : (
              text.filedOf(filed, data.items.length)
            )}
          </p>
        )}
        <ol>
          {data?.items.map((item) => (
            <Item
              key={item.id}
              item={item}
              isBusy={retry.pending || leave.pending}
              onRetry={() => void retry.run(item.id)}
              onLeave={() => void leave.run(item.id)}
              onDecided={delivery.put}
            />
          ))}
        </ol>
        {signed && (
          <Disclosure label={facts.open} testId="delivery-plan">
            <PlanFacts />
          </Disclosure>
        )}
        {signed && (
          <Disclosure label={text.note} testId="delivery-note">
            <NotePreview />
          </Disclosure>
        )}
        {others.length > 0 && (
          <section className={styles.others}>
            <h3>{text.otherVisits}</h3>
            <ul>
              {others.map((one) => (
                <li key={one.visit}>
                  <span>
                    {one.patient_name} <span className={styles.quiet}>{one.birth_date}</span>
                  </span>
                  <span className={one.status === 'needs_you' ? styles.alert : styles.quiet}>
                    {visitStatus[one.status]}
                  </span>
                  <Button
                    small
                    kind="quiet"
                    aria-label={`${text.show} ${one.patient_name}`}
                    onPress={() => {
                      onClose();
                      void host.call('visit_show', { visit: one.visit }).catch(() => undefined);
                    }}
                  >
                    {text.show}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Sheet>
  );
}

interface ItemProps {
  item: DeliveryItem;
  isBusy: boolean;
  onRetry: () => void;
  onLeave: () => void;
  onDecided: (view: DeliveryView) => void;
}

function Item({ item, isBusy, onRetry, onLeave, onDecided }: ItemProps) {
  const { state, kind, label, words, receipt } = item;
  const { visit } = useVisit();
  const { host } = useClient();
  const [from, setFrom] = useState(() => isoDay(new Date()));
  const rebook = useAction(async (slot: string) =>
    onDecided(await host.call('follow_up_visit_rebook', { id: item.id, slot })),
  );
  const alert = state === 'needs_you' || state === 'needs_sign_in';
  return (
    <li
      className={styles.item}
      data-testid={`delivery-item-${kind}`}
      data-id={item.id}
      data-state={state}
    >
      <div className={styles.line}>
        <span className={styles.kind}>{itemKinds[kind]}</span>
        <span className={styles.label}>{label}</span>
        <span
          className={
            alert
              ? styles.alert
              : state === 'filed' || state === 'handed_over'
                ? styles.filed
                : styles.state
          }
        >
          <span aria-hidden>{shapes[state]}</span> {deliveryStates[state]}
        </span>
      </div>
      <div className={styles.detail}>
        <p>{words}</p>
        {state !== 'filed' && state !== 'handed_over' && item.attempts > 0 && (
          <p className={styles.quiet}>
            {text.attempts(item.attempts)}
            {item.next_attempt_at !== null && `, ${text.next(clock(item.next_attempt_at))}`}
          </p>
        )}
        {receipt && <ReceiptLine receipt={receipt} kind={kind} />}
        <div className={styles.acts}>
          {item.can_retry && !item.can_compare && (
            <Button
              small
              isDisabled={isBusy}
              aria-label={text.retryLabel(label)}
              onPress={onRetry}
              data-testid={`delivery-retry-${kind}`}
            >
              {text.retry}
            </Button>
          )}
          {item.elsewhere !== null && (
            <Button
              small
              isDisabled={isBusy}
              aria-label={text.elsewhereLabel(item.elsewhere, label)}
              onPress={onLeave}
              data-testid={`delivery-elsewhere-${kind}`}
            >
              {item.elsewhere}
            </Button>
          )}
        </div>
        {item.can_rebook && (
          <Disclosure label={text.rebook} name={text.rebookLabel(label)} testId="delivery-rebook">
            <FreeTimes
              visit={visit}
              from={from}
              onFrom={setFrom}
              usual=""
              isBusy={rebook.pending}
              onChoose={(slot) => void rebook.run(slot)}
            />
            {rebook.error && <Problem error={rebook.error} onDismiss={rebook.clear} />}
          </Disclosure>
        )}
        <Disclosure
          label={text.happened}
          name={text.happenedTo(label)}
          testId={`delivery-look-${kind}`}
          startOpen={item.can_decide || item.can_compare}
        >
          <Look item={item} onDecided={onDecided} />
        </Disclosure>
      </div>
    </li>
  );
}

/** The proof: what the EHR itself returned. */
function ReceiptLine({ receipt, kind }: { receipt: Receipt; kind: DeliveryItem['kind'] }) {
  return (
    <p className={styles.receipt} data-testid={`receipt-${kind}`}>
      <span className={styles.quiet}>{text.receipt}</span>
      <code>
        {receipt.resource_type}/{receipt.id}
      </code>
      {receipt.version_id !== null && (
        <span>
          {text.version} {receipt.version_id}
        </span>
      )}
      <span>
        {text.readBack} {moment(receipt.filed_at)}
      </span>
      <span title={receipt.content_hash}>
        {text.hash} <code>{receipt.content_hash.slice(0, 10)}</code>
      </span>
    </p>
  );
}
