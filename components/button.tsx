import type { ComponentProps } from 'react'

const shape = [
  'inline-flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-xl px-5 py-2 text-center',
  'font-medium transition-colors disabled:cursor-default disabled:opacity-60',
].join(' ')
const looks = {
  primary: `${shape} bg-accent text-on-accent hover:bg-accent/90`,
  quiet: `${shape} border border-line bg-panel text-ink hover:bg-ground`,
}

type Look = { look?: keyof typeof looks }

/** A button large enough for a thumb. */
export function Button({ look = 'primary', className = '', ...props }: ComponentProps<'button'> & Look) {
  return <button type="button" {...props} className={`${looks[look]} ${className}`} />
}

/** A link that looks like a button. */
export function LinkButton({
  look = 'primary',
  className = '',
  children,
  ...props
}: ComponentProps<'a'> & Look) {
  return (
    <a {...props} className={`${looks[look]} ${className}`}>
      {children}
    </a>
  )
}
