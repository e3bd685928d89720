/** Calls once, with the page's next frame, and at the latest after a moment: a hidden page has no frames. */
export type Scheduler = (call: () => void) => void;

const HIDDEN_MS = 100;
const WITHOUT_FRAMES_MS = 16;

/** The scheduler of the platform. */
export const nextFrame: Scheduler = (call) => {
  const frames = typeof globalThis.requestAnimationFrame === "function";
  const timer = setTimeout(
    () => {
      if (frames) cancelAnimationFrame(frame);
      call();
    },
    frames ? HIDDEN_MS : WITHOUT_FRAMES_MS,
  );
  const frame = frames
    ? requestAnimationFrame(() => {
        clearTimeout(timer);
        call();
      })
    : 0;
};
