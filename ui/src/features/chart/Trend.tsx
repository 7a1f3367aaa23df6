// The values of one measurement: drawn, and as a table with the same in it.
import { useMemo } from 'react';
import { drawingOf, type Measured } from '../../charts/series';
import { TrendChart } from '../../charts/TrendChart';
import { chart as text } from '../../text/visit';
import { SeriesTable } from './SeriesTable';
import { unit } from './wording';
import styles from './Trend.module.css';

export function Trend({ title, series }: { title: string; series: readonly Measured[] }) {
  const { axes, left } = useMemo(() => drawingOf(series), [series]);
  return (
    <div className={styles.trend}>
      {axes.map((axis) => (
        <TrendChart key={axis.unit} title={title} axis={axis} unit={unit(axis.unit)} />
      ))}
      {axes.length > 0 && left.length > 0 && (
        <p className={styles.left}>{text.tableOnly(left.length)}</p>
      )}
      {axes.length > 1 && <p className={styles.left}>{text.unitsApart}</p>}
      <SeriesTable title={title} series={series} />
    </div>
  );
}
