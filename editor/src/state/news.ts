/** Tells that something has become of the pipelines in the list: `specs`. */
export const news = new EventTarget();
