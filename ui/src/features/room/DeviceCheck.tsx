// Camera and microphone before the call: what is there, what it sees, and whether it hears.
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/Button';
import { room } from '../../text/visit';
import styles from './DeviceCheck.module.css';

const text = room.devices;

export function DeviceCheck() {
  const [open, setOpen] = useState(false);
  if (open) return <Check onClose={() => setOpen(false)} />;
  return (
    <Button small kind="quiet" onPress={() => setOpen(true)} data-testid="check-devices">
      {text.check}
    </Button>
  );
}

type State = MediaStream | 'asking' | 'refused';

function Check({ onClose }: { onClose: () => void }) {
  const [state, setState] = useState<State>('asking');

  useEffect(() => {
    let over = false;
    let media: MediaStream | undefined;
    const stop = () => media?.getTracks().forEach((track) => track.stop());
    const ask = async () => {
      media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      if (over) stop();
      else setState(media);
    };
    // Without WebRTC there is no mediaDevices at all.
    ask().catch(() => setState('refused'));
    return () => {
      over = true;
      stop();
    };
  }, []);

  return (
    <div className={styles.check} data-testid="devices">
      {state === 'asking' && <p role="status">{text.asking}</p>}
      {state === 'refused' && (
        <p role="alert" className={styles.warning} data-testid="devices-refused">
          ▲ {text.refused}
        </p>
      )}
      {typeof state === 'object' && <Preview media={state} />}
      <Button small onPress={onClose} data-testid="devices-done">
        {text.done}
      </Button>
    </div>
  );
}

function Preview({ media }: { media: MediaStream }) {
  const video = useRef<HTMLVideoElement>(null);
  const meter = useRef<HTMLMeterElement>(null);
  const name = (tracks: MediaStreamTrack[]) => tracks[0]?.label || text.none;

  useEffect(() => {
    if (video.current) video.current.srcObject = media;
    if (media.getAudioTracks().length === 0) return;
    const sound = new AudioContext();
    const analyser = sound.createAnalyser();
    sound.createMediaStreamSource(media).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    let turn = 0;
    const measure = () => {
      analyser.getByteTimeDomainData(samples);
      const loudest = samples.reduce((most, one) => Math.max(most, Math.abs(one - 128)), 0);
      if (meter.current) meter.current.value = loudest / 128;
      turn = requestAnimationFrame(measure);
    };
    measure();
    return () => {
      cancelAnimationFrame(turn);
      void sound.close();
    };
  }, [media]);

  return (
    <>
      <video ref={video} className={styles.video} autoPlay playsInline muted />
      <p>{text.camera(name(media.getVideoTracks()))}</p>
      <p>{text.microphone(name(media.getAudioTracks()))}</p>
      <meter ref={meter} className={styles.level} min={0} max={1} aria-label={text.level} />
      <p className={styles.quiet}>{text.speak}</p>
    </>
  );
}
