// The initial is no text of the button.
const shape = [
  'relative inline-flex size-6 shrink-0 items-center justify-center overflow-hidden rounded-md',
  'bg-on-accent/20 font-semibold text-sm before:relative before:z-1 before:content-[attr(data-initial)]',
].join(' ')

type Props = { name: string; color?: string | undefined; icon?: string | undefined }

/**
 * A provider's sign on its button: its icon, the path of a drawing of 24 by 24 units, or else its initial in
 * its own colour, such as `#1a73e8`. Pictures would be fetched from elsewhere.
 */
export function ProviderMark({ name, color, icon }: Props) {
  if (icon !== undefined)
    return (
      <svg viewBox="0 0 24 24" aria-hidden="true" className="size-6 shrink-0 fill-current p-0.5">
        <path d={icon} />
      </svg>
    )
  const ink = color === undefined ? '' : isLight(color) ? 'text-black' : 'text-white'
  return (
    <span aria-hidden="true" className={`${shape} ${ink}`} data-initial={[...name][0]?.toUpperCase()}>
      {/* The policy of the page lets no element have a style of its own. */}
      {color && (
        <svg className="absolute inset-0 size-full" aria-hidden="true">
          <rect width="100%" height="100%" fill={color} />
        </svg>
      )}
    </span>
  )
}

// Above this luminance black has more contrast than white (WCAG 2.2, relative luminance).
function isLight(color: string): boolean {
  const digits = color.replace('#', '')
  const hex = digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179
}
