// What happened to an item; and where only a person can tell whether the EHR has it, what it could be.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useAction, useClient, useView } from '../../data/hooks';
import { day, moment } from '../../data/time';
import type { DeliveryItem } from '../../generated/DeliveryItem';
import type { DeliveryView } from '../../generated/DeliveryView';
import { delivery as text } from '../../text/plan';
import { Compare } from './Compare';
import styles from './DeliverySheet.module.css';

interface Props {
  item: DeliveryItem;
  onDecided: (view: DeliveryView) => void;
}

export function Look({ item: { id, can_decide, can_compare }, onDecided }: Props) {
  const { host } = useClient();
  const { data, error, refetch } = useView('delivery_look', { id }, ['delivery']);
  const decide = useAction(async (ask: () => Promise<DeliveryView>) => onDecided(await ask()));
  if (error) return <Problem error={error} title={text.lookFailed} onRetry={refetch} />;
  if (!data) return null;
  return (
    <div data-testid="delivery-look">
      <ol className={styles.history}>
        {data.history.map((one, index) => (
          <li key={index}>
            <span className={styles.quiet}>{moment(one.at)}</span> {one.what}
          </li>
        ))}
      </ol>
      {decide.error && <Problem error={decide.error} onDismiss={decide.clear} />}
      {data.incomplete !== null && (
        <p className={styles.quiet}>
          ▲ {data.incomplete}{' '}
          <Button small kind="quiet" onPress={refetch}>
            {text.lookAgain}
          </Button>
        </p>
      )}
      {can_compare && data.comparison !== null && (
        <Compare
          comparison={data.comparison}
          isBusy={decide.pending}
          onAgain={() => void decide.run(() => host.call('delivery_retry', { id }))}
          onLeave={(seen) => void decide.run(() => host.call('delivery_leave', { id, seen }))}
        />
      )}
      {can_decide && (
        <>
          <h3>{text.couldBe}</h3>
          {data.candidates.length === 0 && data.incomplete === null && (
            <p className={styles.quiet}>{text.noneFound}</p>
          )}
          <ul className={styles.history}>
            {data.candidates.map(({ reference, title, date, author, same }) => (
              <li key={reference} className={styles.candidate} data-testid="delivery-candidate">
                <span>
                  {title}{' '}
                  <span className={styles.quiet}>
                    {[date === null ? '' : day(date), author ?? '', reference]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                  {same && <strong> {text.same}</strong>}
                </span>
                <Button
                  small
                  isDisabled={decide.pending}
                  aria-label={text.thisIsItOf(title, reference)}
                  onPress={() =>
                    void decide.run(() => host.call('delivery_choose', { id, reference }))
                  }
                  data-testid="delivery-choose"
                >
                  {text.thisIsIt}
                </Button>
              </li>
            ))}
          </ul>
          {data.can_send && (
            <Button
              small
              isDisabled={decide.pending}
              onPress={() => void decide.run(() => host.call('delivery_not_there', { id }))}
              data-testid="delivery-not-there"
            >
              {text.notThere}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
