import { encode } from 'uqr'

/** A QR code, dark on white in either colour scheme, as many readers know no other. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 3 })
  const modules = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="mx-auto w-full max-w-72 rounded-xl border border-line bg-white"
    >
      <path d={modules} fill="#000" />
    </svg>
  )
}
