// A small line of one measurement; the table of its values stands beside it, so this is only a picture.
import type { SeriesPoint } from '../generated/SeriesPoint';
import styles from './Sparkline.module.css';

const WIDTH = 72;
const HEIGHT = 18;
const EDGE = 3;

export function Sparkline({ series }: { series: readonly SeriesPoint[] }) {
  const numbers = series.map((point) => point.number).filter((n): n is number => n !== null);
  if (numbers.length < 2) return null;
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  const spread = most - least || 1;
  const points = numbers.map((n, index) => ({
    x: EDGE + (index / (numbers.length - 1)) * (WIDTH - 2 * EDGE),
    y: HEIGHT - EDGE - ((n - least) / spread) * (HEIGHT - 2 * EDGE),
  }));
  const last = points.at(-1);
  return (
    <svg
      className={styles.line}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden
      focusable="false"
    >
      <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {last && <circle cx={last.x} cy={last.y} r={2} />}
    </svg>
  );
}
