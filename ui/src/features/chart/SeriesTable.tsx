// The twin of the drawing: the same values as a table, newest first, as the EHR gave them.
import type { Measured } from '../../charts/series';
import { day } from '../../data/time';
import { chart as text, flags } from '../../text/visit';
import { unit, written } from './wording';
import styles from './SeriesTable.module.css';

export function SeriesTable({ title, series }: { title: string; series: readonly Measured[] }) {
  const ranges = series.some((point) => point.range != null);
  const notes = series.some((point) => point.flag != null || point.status != null);
  return (
    <div className={styles.scroll} role="group" aria-label={text.tableOf(title)} tabIndex={0}>
      <table className={styles.table} data-testid="series">
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{text.date}</th>
            <th scope="col" className={styles.value}>
              {text.value}
            </th>
            {ranges && <th scope="col">{text.rangeColumn}</th>}
            {notes && <th scope="col">{text.flagColumn}</th>}
          </tr>
        </thead>
        <tbody>
          {[...series].reverse().map((point, index) => (
            <tr key={index}>
              <td>{point.date === null ? text.undated : day(point.date)}</td>
              <td className={styles.value}>
                {written(point.value)} <span>{unit(point.unit)}</span>
              </td>
              {ranges && <td>{point.range == null ? '' : written(point.range.words)}</td>}
              {notes && (
                <td>
                  {[point.flag == null ? '' : flags[point.flag], point.status ?? '']
                    .filter(Boolean)
                    .join(', ')}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
