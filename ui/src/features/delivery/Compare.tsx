// The versions of a record of which the EHR's is another than it should be, side by side, and what can be done about it.
import { Button } from '../../components/Button';
import type { Comparison } from '../../generated/Comparison';
import type { ComparisonRow } from '../../generated/ComparisonRow';
import { delivery as text } from '../../text/plan';
import styles from './Compare.module.css';

interface Props {
  comparison: Comparison;
  isBusy: boolean;
  onAgain: () => void;
  /** With the version that was shown. */
  onLeave: (seen: string) => void;
}

export function Compare({ comparison, isBusy, onAgain, onLeave }: Props) {
  const { reference, changed, before, wanted, now, rows, again, seen } = comparison;
  const sides = [
    ...(before === null ? [] : [{ side: 'before', head: before } as const]),
    { side: 'wanted', head: wanted } as const,
    { side: 'now', head: now } as const,
  ];
  return (
    <section className={styles.compare} data-testid="compare">
      <p className={styles.about}>
        <code>{reference}</code>
        {changed !== null && <span>{text.changedAt(changed)}</span>}
      </p>
      {rows.length === 0 ? (
        <p className={styles.about}>{text.noRows}</p>
      ) : (
        <table className={styles.table}>
          <caption className="visually-hidden">{text.compare}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{text.what}</span>
              </th>
              {sides.map(({ side, head }) => (
                <th key={side} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.what} data-testid="compare-row">
                <th scope="row">{row.what}</th>
                {sides.map(({ side }) => (
                  <td key={side} className={isOdd(row, side) ? styles.odd : undefined}>
                    {row[side] ?? <span className={styles.absent}>{text.absent}</span>}
                    {side === 'now' && before !== null && row.moved && (
                      <span className={styles.moved}>▲ {text.changedThere}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={styles.acts}>
        {again !== null && (
          <Button small isDisabled={isBusy} onPress={onAgain} data-testid="compare-again">
            {again}
          </Button>
        )}
        <Button small isDisabled={isBusy} onPress={() => onLeave(seen)} data-testid="compare-leave">
          {text.leave}
        </Button>
        <span className={styles.absent}>{text.leaveDetail}</span>
      </div>
    </section>
  );
}

/** Not what the clinician wants. */
function isOdd(row: ComparisonRow, side: 'before' | 'wanted' | 'now'): boolean {
  return side === 'now' && row.now !== row.wanted;
}
