// One measurement over time: the laboratory's range behind it, days where they are, each point read by key.
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { day } from '../data/time';
import { chart as text, flags } from '../text/visit';
import { dayTicks, ticks, type Axis, type Drawn } from './series';
import { useWidth } from '../components/use-width';
import styles from './TrendChart.module.css';

const HEIGHT = 148;
const EDGE = { top: 10, right: 14, bottom: 22, left: 44 };

interface Props {
  title: string;
  axis: Axis;
  /** As the unit is written for people. */
  unit: string;
}

export function TrendChart({ title, axis, unit }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame) ?? 440;
  const [active, setActive] = useState(axis.points.length - 1);
  const id = useId();
  const { points } = axis;
  const { x, y, yTicks, xTicks } = scales(points, width);
  const at = Math.min(active, points.length - 1);
  const chosen = points[at];

  const onKeyDown = (event: KeyboardEvent) => {
    const last = points.length - 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setActive(Math.min(last, Math.max(0, next)));
  };
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    const place = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const away = (point: Drawn) => Math.abs(x(point.time) - place);
    setActive(
      points.reduce(
        (best, one, index) => (away(one) < away(points[best] ?? one) ? index : best),
        0,
      ),
    );
  };

  return (
    <div className={styles.figure} data-testid="trend">
      <div
        ref={frame}
        className={styles.frame}
        role="group"
        tabIndex={0}
        aria-roledescription={text.trendRole}
        aria-label={text.trendLabel(title, points.length, unit)}
        aria-describedby={id}
        onKeyDown={onKeyDown}
        data-own-arrows
      >
        <svg
          width={width}
          height={HEIGHT}
          aria-hidden
          focusable="false"
          onPointerMove={onPointerMove}
        >
          {points.map((_, index) => (
            <Range key={index} points={points} index={index} x={x} y={y} />
          ))}
          {yTicks.map((tick) => (
            <g key={tick}>
              <line
                className={styles.grid}
                x1={EDGE.left}
                x2={width - EDGE.right}
                y1={y(tick)}
                y2={y(tick)}
              />
              <text className={styles.label} x={EDGE.left - 6} y={y(tick) + 4} textAnchor="end">
                {tick}
              </text>
            </g>
          ))}
          {xTicks.map(({ time, words }) => (
            <g key={time}>
              <line
                className={styles.tick}
                x1={x(time)}
                x2={x(time)}
                y1={HEIGHT - EDGE.bottom}
                y2={HEIGHT - EDGE.bottom + 4}
              />
              <text className={styles.label} x={x(time)} y={HEIGHT - 4} textAnchor="middle">
                {words}
              </text>
            </g>
          ))}
          <Line points={points} x={x} y={(point) => y(point.value)} />
          {points.some((point) => point.second !== null) && (
            <Line
              points={points.filter((point) => point.second !== null)}
              x={x}
              y={(point) => y(point.second ?? 0)}
            />
          )}
          {chosen && (
            <line
              className={styles.cursor}
              x1={x(chosen.time)}
              x2={x(chosen.time)}
              y1={EDGE.top}
              y2={HEIGHT - EDGE.bottom}
            />
          )}
          {points.map((point, index) => (
            <g key={index} className={index === at ? styles.active : undefined}>
              <Mark point={point} x={x(point.time)} y={y(point.value)} />
              {point.second !== null && (
                <Mark point={point} x={x(point.time)} y={y(point.second)} />
              )}
            </g>
          ))}
        </svg>
      </div>
      <p id={id} role="status" className={styles.said} data-testid="trend-point">
        {chosen && said(chosen, unit)}
      </p>
    </div>
  );
}

function said({ from }: Drawn, unit: string): string {
  const own = from.unit === '' ? unit : from.unit;
  return [
    from.date === null ? '' : day(from.date),
    `${from.value} ${own}`,
    from.flag == null ? '' : flags[from.flag],
    from.range == null ? '' : text.range(from.range.words),
    from.status ?? '',
  ]
    .filter(Boolean)
    .join(' · ');
}

type Scale = (value: number) => number;

function scales(points: readonly Drawn[], width: number) {
  const numbers = points
    .flatMap(({ value, second, low, high }) => [value, second, low, high])
    .filter((one): one is number => one !== null);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  const [bottom, top] = [least - room, most + room];
  const times = points.map((point) => point.time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const span = last - first || 1;
  const inner = Math.max(40, width - EDGE.left - EDGE.right);
  const x: Scale = (time) => EDGE.left + (inner * (time - first)) / span;
  const y: Scale = (value) =>
    HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * (value - bottom)) / (top - bottom);
  const xTicks = dayTicks(first, last, Math.max(2, Math.floor(inner / 64)));
  return { x, y, yTicks: ticks(bottom, top), xTicks };
}

interface LineProps {
  points: readonly Drawn[];
  x: Scale;
  y: (point: Drawn) => number;
}

function Line({ points, x, y }: LineProps) {
  const places = points.map((point) => `${x(point.time).toFixed(1)},${y(point).toFixed(1)}`);
  return <polyline className={styles.line} points={places.join(' ')} />;
}

interface RangeProps {
  points: readonly Drawn[];
  index: number;
  x: Scale;
  y: Scale;
}

/** The range that came with this value, from half way to its neighbours; an open side runs to the edge. */
function Range({ points, index, x, y }: RangeProps) {
  const point = points[index];
  if (!point || (point.low === null && point.high === null)) return null;
  const half = (other: Drawn | undefined) => x(((other ?? point).time + point.time) / 2);
  const [left, right] = [half(points[index - 1]), half(points[index + 1])];
  const top = point.high === null ? EDGE.top : y(point.high);
  const bottom = point.low === null ? HEIGHT - EDGE.bottom : y(point.low);
  return (
    <rect
      className={styles.range}
      x={left}
      y={top}
      width={Math.max(0, right - left)}
      height={Math.max(0, bottom - top)}
    />
  );
}

/** A flagged value has another shape, not only another colour. */
function Mark({ point, x, y }: { point: Drawn; x: number; y: number }) {
  if (point.from.flag == null) return <circle className={styles.point} cx={x} cy={y} r={3.5} />;
  return (
    <path
      className={styles.flagged}
      d={`M${x} ${y - 5.5} L${x + 5.5} ${y} L${x} ${y + 5.5} L${x - 5.5} ${y} Z`}
    />
  );
}
