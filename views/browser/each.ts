/** Starts something for each element of the page that has the mark. */
export function each<Kind extends HTMLElement>(mark: string, start: (element: Kind) => void): void {
  for (const element of document.querySelectorAll<Kind>(`[data-${mark}]`)) start(element)
}
