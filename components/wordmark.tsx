import type { Say } from '#lib/languages/say.ts'
import type { Brand } from './brand.ts'

type Props = {
  brand: Brand
  say: Say
  /** The colour scheme of the page, where the browser is not to decide. */
  scheme?: 'light' | 'dark' | undefined
}

/** Whose pages these are, leading home. A logo says it alone: most have the name in them. */
export function Wordmark({ brand, say, scheme }: Props) {
  return (
    // A plain link: a client-side visit would keep the page's data of a person who has just changed.
    <a
      href="/"
      aria-label={say.t('layout.home', { name: brand.name })}
      className="inline-flex items-center gap-2.5 rounded-md font-semibold text-lg tracking-tight"
    >
      {brand.logo ? (
        <Logo {...brand.logo} name={brand.name} scheme={scheme} />
      ) : (
        <>
          {brand.icon === undefined ? <Mark /> : <img src={brand.icon} alt="" className="size-7" />}
          <bdi>{brand.name}</bdi>
        </>
      )}
    </a>
  )
}

type LogoProps = { light: string; dark: string; name: string } & Pick<Props, 'scheme'>

// The link is read by its label alone: the name is for those whose browser does not get the picture.
function Logo({ light, dark, name, scheme }: LogoProps) {
  const image = 'h-9 w-auto max-w-full object-contain'
  if (light === dark || scheme !== undefined)
    return <img src={scheme === 'dark' ? dark : light} alt={name} className={image} />
  return (
    <picture>
      <source srcSet={dark} media="(prefers-color-scheme: dark)" />
      <img src={light} alt={name} className={image} />
    </picture>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M8 22 20 10" strokeWidth="5" strokeLinecap="round" className="stroke-on-accent" />
      <circle cx="23.5" cy="22.5" r="2.5" className="fill-on-accent" />
    </svg>
  )
}
