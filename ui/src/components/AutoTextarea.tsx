// A native textarea that grows with its text (dictation, spell-check and screen readers work best in it).
import { useLayoutEffect, useRef, type TextareaHTMLAttributes } from 'react';

interface Props extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  value: string;
  'data-testid'?: string;
}

export function AutoTextarea(props: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { value } = props;

  useLayoutEffect(() => {
    if (area.current) fit(area.current);
  }, [value]);

  useLayoutEffect(() => {
    const element = area.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      fit(element);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return <textarea ref={area} rows={1} {...props} />;
}

function fit(element: HTMLTextAreaElement) {
  element.style.height = 'auto';
  const borders = element.offsetHeight - element.clientHeight;
  if (element.scrollHeight > 0) element.style.height = `${element.scrollHeight + borders}px`;
}
