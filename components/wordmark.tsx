/** The product's name, leading home. */
export function Wordmark() {
  return (
    // A plain link: a client-side visit would keep the page's data of a person who has just changed.
    <a href="/" className="inline-flex items-center gap-2.5 rounded-md font-semibold text-lg tracking-tight">
      <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path d="M8 22 20 10" strokeWidth="5" strokeLinecap="round" className="stroke-on-accent" />
        <circle cx="23.5" cy="22.5" r="2.5" className="fill-on-accent" />
      </svg>
      Baton
    </a>
  )
}
