// The initial is no text of the button.
const shape = [
  'inline-flex size-6 shrink-0 items-center justify-center rounded-md bg-on-accent/20 font-semibold text-sm',
  'before:content-[attr(data-initial)]',
].join(' ')

/**
 * A provider's sign on its button: its initial in its own colour, such as `#1a73e8`. Pictures would be
 * fetched from elsewhere.
 */
export function ProviderMark({ name, color }: { name: string; color?: string | undefined }) {
  const own = color && { backgroundColor: color, color: isLight(color) ? '#000' : '#fff' }
  return (
    <span
      aria-hidden="true"
      className={shape}
      data-initial={[...name][0]?.toUpperCase()}
      {...(own && { style: own })}
    />
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
