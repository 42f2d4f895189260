import type { ComponentProps } from 'react'

// Their style is in `theme.css`: a page has several of them.
const looks = { primary: 'button button-primary inline-flex', quiet: 'button button-quiet inline-flex' }

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
