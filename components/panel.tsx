import type { ReactNode } from 'react'

/** A titled part of a page. */
export function Panel({
  title,
  children,
  level = 2,
}: {
  title: ReactNode
  children: ReactNode
  level?: 1 | 2
}) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <section className="flex flex-col gap-4 rounded-2xl border border-line bg-panel p-5 sm:p-6">
      <Heading
        className={
          level === 1
            ? 'text-balance font-semibold text-2xl tracking-tight'
            : 'text-balance font-semibold text-lg'
        }
      >
        {title}
      </Heading>
      {children}
    </section>
  )
}

/** A page that is about one thing: a single narrow panel in the middle. */
export function SinglePanel(props: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="m-auto w-full max-w-md py-6">
      <Panel level={1} {...props} />
    </div>
  )
}
