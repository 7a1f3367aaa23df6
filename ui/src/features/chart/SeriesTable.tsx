// The twin of the sparkline: the same values as a table, newest first.
import { day } from '../../data/time';
import type { SeriesPoint } from '../../generated/SeriesPoint';
import { chart as text } from '../../text/visit';
import { unit, written } from './wording';
import styles from './SeriesTable.module.css';

export function SeriesTable({ title, series }: { title: string; series: readonly SeriesPoint[] }) {
  return (
    <table className={styles.table} data-testid="series">
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{text.date}</th>
          <th scope="col" className={styles.value}>
            {text.value}
          </th>
        </tr>
      </thead>
      <tbody>
        {[...series].reverse().map((point) => (
          <tr key={point.id}>
            <td>{point.date === null ? text.undated : day(point.date)}</td>
            <td className={styles.value}>
              {written(point.value)} <span>{unit(point.unit)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
