// A picture of the chart. Its bytes go straight to the decoder and onto a canvas: there is no address that
// could be opened, kept or loaded from anywhere.
import { useEffect, useRef, useState } from 'react';
import type { DocumentPicture } from '../../generated/DocumentPicture';
import { chart as text } from '../../text/visit';
import { bytesOf } from './document-bytes';
import styles from './DocumentPicture.module.css';

/** Longest side of what is drawn; a larger picture is drawn smaller. */
const MAX_SIDE = 4096;

type State = 'drawing' | 'drawn' | 'failed';

export function DocumentImage({ picture, title }: { picture: DocumentPicture; title: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<State>('drawing');
  const { data, media_type } = picture;

  useEffect(() => {
    let left = false;
    const draw = async () => {
      const bitmap = await createImageBitmap(new Blob([bytesOf(data)], { type: media_type }));
      const element = canvas.current;
      const shrink = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
      if (!left && element) {
        element.width = Math.max(1, Math.round(bitmap.width * shrink));
        element.height = Math.max(1, Math.round(bitmap.height * shrink));
        element.getContext('2d')?.drawImage(bitmap, 0, 0, element.width, element.height);
        setState('drawn');
      }
      bitmap.close();
    };
    draw().catch(() => {
      if (!left) setState('failed');
    });
    return () => {
      left = true;
    };
  }, [data, media_type]);

  return (
    <>
      {state === 'failed' && <p className={styles.failed}>▲ {text.imageFailed}</p>}
      <canvas
        ref={canvas}
        hidden={state === 'failed'}
        className={styles.image}
        role="img"
        aria-label={text.imageLabel(title)}
        data-testid="document-image"
        data-state={state}
      />
    </>
  );
}
