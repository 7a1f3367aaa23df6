// A small line of one measurement; the table of its values stands beside it, so this is only a picture.
import { memo } from 'react';
import { drawingOf, type Measured } from './series';
import styles from './Sparkline.module.css';

const WIDTH = 72;
const HEIGHT = 18;
const EDGE = 3;

export const Sparkline = memo(function Sparkline({ series }: { series: readonly Measured[] }) {
  // What shares the unit of the newest value; days keep their distance.
  const points = drawingOf(series).axes[0]?.points;
  const [first, last] = [points?.[0], points?.at(-1)];
  if (!points || !first || !last) return null;
  const values = points.map((point) => point.value);
  const least = Math.min(...values);
  const spread = Math.max(...values) - least || 1;
  const span = last.time - first.time || 1;
  const places = points.map(({ time, value }) => ({
    x: EDGE + ((time - first.time) / span) * (WIDTH - 2 * EDGE),
    y: HEIGHT - EDGE - ((value - least) / spread) * (HEIGHT - 2 * EDGE),
  }));
  const end = places.at(-1);
  return (
    <svg
      className={styles.line}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden
      focusable="false"
    >
      <polyline points={places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {end && <circle cx={end.x} cy={end.y} r={2} />}
    </svg>
  );
});
