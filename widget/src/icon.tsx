// Line drawings of our own: no font of the visitor's machine is relied on.
export const icon = (d: string) => () => <svg viewBox="0 0 24 24" aria-hidden="true"><path d={d} /></svg>;
